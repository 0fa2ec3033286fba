# The image of `ingest`: wheels -> environment -> slim runtime. Needs BuildKit (DOCKER_BUILDKIT=1 or buildx).
#
# Targets: `core`; `dagster` and `airflow`, each with one orchestrator; and the last, the default, with both.
# Nothing is resolved here: image/lists/ names every package with its hash, one list a layer (`nox -s lock` makes them).
#
# Where the network re-signs TLS, hand the host's bundle to the build; nothing of it stays in a layer:
#   --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt

FROM debian:bookworm-slim AS builder
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# uv reads the system's bundle, which is Debian's own or the secret mounted over it.
ENV UV_NATIVE_TLS=true UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
    UV_CACHE_DIR=/var/cache/uv PIP_CACHE_DIR=/var/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
# hadolint ignore=DL3008  # Debian keeps one version of each package in a release, so a pinned one soon cannot be had
RUN apt-get update \
    && apt-get install --yes --no-install-recommends binutils ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY image/lists/build.txt /build/lists/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/pip \
    python3 -m venv /opt/build \
    && /opt/build/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement /build/lists/build.txt
ENV PATH=/opt/build/bin:$PATH
RUN uv venv --quiet --python /usr/bin/python3 /opt/ingest
ENV VIRTUAL_ENV=/opt/ingest

# Third-party packages, one stage for each layer, side by side: each is made again when its own list changes.
FROM builder AS core-packages
COPY image/lists/core.txt /build/lists/
COPY image/trim.py /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    uv pip install --quiet --no-deps --require-hashes --no-build --compile-bytecode --requirement /build/lists/core.txt \
    && python3 /build/trim.py core /opt/ingest

FROM builder AS shared-packages
COPY image/lists/shared.txt /build/lists/
COPY image/trim.py /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    uv pip install --quiet --no-deps --require-hashes --no-build --compile-bytecode --requirement /build/lists/shared.txt \
    && python3 /build/trim.py shared /opt/ingest

FROM builder AS dagster-packages
COPY image/lists/dagster.txt /build/lists/
COPY image/trim.py /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    uv pip install --quiet --no-deps --require-hashes --no-build --compile-bytecode --requirement /build/lists/dagster.txt \
    && python3 /build/trim.py dagster /opt/ingest

FROM builder AS airflow-packages
COPY image/lists/airflow.txt /build/lists/
COPY image/trim.py /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    uv pip install --quiet --no-deps --require-hashes --no-build --compile-bytecode --requirement /build/lists/airflow.txt \
    && python3 /build/trim.py airflow /opt/ingest

# Our own packages: what is made again when a line of code changes. Wheels are named by their path, never by a
# project's name: the public index holds strangers' projects under some of these names.
FROM builder AS wheels
WORKDIR /source
COPY packages packages
# What ships with the core lies here: its package holds links to these folders.
COPY connectors connectors
COPY registry registry
RUN for package in packages/*; do \
        uv build --quiet --wheel --offline --no-build-isolation --python /opt/build/bin/python --out-dir /wheels "${package}"; \
    done

FROM builder AS core-ours
RUN --mount=from=wheels,source=/wheels,target=/wheels \
    uv pip install --quiet --no-deps --offline --no-cache --compile-bytecode /wheels/ingest_core-*.whl /wheels/ingest_cli-*.whl

FROM builder AS dagster-ours
RUN --mount=from=wheels,source=/wheels,target=/wheels \
    uv pip install --quiet --no-deps --offline --no-cache --compile-bytecode /wheels/ingest_dagster-*.whl

FROM builder AS airflow-ours
RUN --mount=from=wheels,source=/wheels,target=/wheels \
    uv pip install --quiet --no-deps --offline --no-cache --compile-bytecode /wheels/ingest_airflow-*.whl

FROM debian:bookworm-slim AS runtime
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# No program may give its caller another user's rights (setuid), and what apt and its scripts noted is of no use later.
# hadolint ignore=DL3008  # as above
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 tini tzdata \
    && find / -xdev -type f -perm /6000 -exec chmod ug-s {} + \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt \
        /var/log/*.log
# Group 0 owns and may write what the user may: platforms that choose an arbitrary uid give it that group.
RUN useradd --uid 10001 --gid 0 --home-dir /app --no-create-home --no-log-init --shell /usr/sbin/nologin ingest \
    && mkdir -p /app/connectors /app/assets /app/jobs /app/configs /app/secrets /app/state \
    && chown -R 10001:0 /app && chmod -R g=u /app \
    && rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow-
COPY registry/connectors.yaml /registry/connectors.yaml
COPY connectors /connectors
# A platform's uid has no name in /etc/passwd; Airflow asks for one, and takes what LOGNAME says.
ENV PATH=/usr/local/bin:/opt/ingest/bin:$PATH \
    HOME=/app \
    LOGNAME=ingest \
    INGEST_HOME=/app \
    INGEST_REGISTRY=/registry/connectors.yaml \
    INGEST_CONNECTORS=/connectors \
    INGEST_LOG_FORMAT=json \
    INGEST_IN_CONTAINER=1 \
    PYTHONDONTWRITEBYTECODE=1
LABEL org.opencontainers.image.title="ingest" \
      org.opencontainers.image.description="Lands files and API data in Apache Iceberg: rows and their position in one commit." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="debian:bookworm-slim"
WORKDIR /app
USER 10001:0
# A run ends by itself, and its exit code tells how; there is nothing to ask meanwhile. Of an orchestrator, whose page can
# be asked, docs/image.md tells the check: one in the image would be asked of runs, too.
HEALTHCHECK NONE
ENTRYPOINT ["tini", "--", "ingest"]
CMD ["--help"]

FROM runtime AS core-runtime
COPY --from=core-packages /opt/ingest /opt/ingest

FROM core-runtime AS shared-runtime
COPY --from=shared-packages /opt/ingest /opt/ingest

# What holds an orchestrator starts the one that the runner file names, unless it is told something else.
FROM shared-runtime AS dagster-runtime
COPY --from=dagster-packages /opt/ingest /opt/ingest
EXPOSE 3000
CMD ["start", "orchestrated", "--runner-config", "/app/configs/runner.yaml"]

# `airflow` is first ours, which finds the settings of what runs here, and then Airflow's own.
FROM shared-runtime AS airflow-runtime
COPY --from=airflow-packages /opt/ingest /opt/ingest
COPY --chmod=755 image/airflow /usr/local/bin/airflow
EXPOSE 8080
CMD ["start", "orchestrated", "--runner-config", "/app/configs/runner.yaml"]

# The targets: our own packages last, then what differs from build to build.
FROM core-runtime AS core
COPY --from=core-ours /opt/ingest /opt/ingest
ARG VERSION=dev REVISION="" SOURCE="" CREATED=""
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" org.opencontainers.image.created="${CREATED}"

FROM dagster-runtime AS dagster
COPY --from=core-ours /opt/ingest /opt/ingest
COPY --from=dagster-ours /opt/ingest /opt/ingest
ARG VERSION=dev REVISION="" SOURCE="" CREATED=""
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" org.opencontainers.image.created="${CREATED}"

FROM airflow-runtime AS airflow
COPY --from=core-ours /opt/ingest /opt/ingest
COPY --from=airflow-ours /opt/ingest /opt/ingest
ARG VERSION=dev REVISION="" SOURCE="" CREATED=""
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" org.opencontainers.image.created="${CREATED}"

FROM dagster-runtime AS whole
COPY --from=airflow-packages /opt/ingest /opt/ingest
COPY --chmod=755 image/airflow /usr/local/bin/airflow
EXPOSE 8080
COPY --from=core-ours /opt/ingest /opt/ingest
COPY --from=dagster-ours /opt/ingest /opt/ingest
COPY --from=airflow-ours /opt/ingest /opt/ingest
ARG VERSION=dev REVISION="" SOURCE="" CREATED=""
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" org.opencontainers.image.created="${CREATED}"
