# The image of `ingest`: wheels -> environment -> slim runtime. Needs BuildKit (DOCKER_BUILDKIT=1 or buildx).
#
# Where the network re-signs TLS, hand the host's bundle to the build; nothing of it stays in a layer:
#   --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt

FROM debian:bookworm-slim AS builder
# uv reads the system's bundle, which is Debian's own or the secret mounted over it.
ENV UV_NATIVE_TLS=true UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy \
    UV_CACHE_DIR=/var/cache/uv PIP_CACHE_DIR=/var/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.lock /tmp/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/pip \
    awk '/^[^ ]/ { wanted = /^uv==/ } wanted' /tmp/requirements.lock > /tmp/uv.txt \
    && python3 -m venv /opt/uv && /opt/uv/bin/pip install --quiet --require-hashes --requirement /tmp/uv.txt
ENV PATH=/opt/uv/bin:$PATH

# Our wheels, and the exact third-party versions from the lock that they need. Wheels are named by their path, never by
# a project's name: the public index holds strangers' projects under some of these names.
FROM builder AS wheels
WORKDIR /source
COPY packages/ingest-core packages/ingest-core
COPY packages/ingest-cli packages/ingest-cli
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    for package in ingest-core ingest-cli; do \
        uv build --quiet --wheel --build-constraints /tmp/requirements.lock --require-hashes \
            --out-dir /wheels "packages/${package}" || exit 1; \
    done
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    printf '%s[nessie,s3,http]\n%s\n' /wheels/ingest_core-*.whl /wheels/ingest_cli-*.whl \
    | uv pip compile --quiet --constraint /tmp/requirements.lock \
        --no-header --no-annotate --no-emit-index-url \
        --no-emit-package ingest-core --no-emit-package ingest-cli --output-file /wheels/dependencies.txt -

# Third-party packages first: this layer is made again only when the list or the lock changes, not with our code.
FROM builder AS environment
RUN uv venv --quiet /opt/ingest
ENV UV_PYTHON=/opt/ingest/bin/python
COPY --from=wheels /wheels/dependencies.txt /tmp/dependencies.txt
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=cache,target=/var/cache/uv \
    uv pip install --quiet --no-deps --require-hashes --compile-bytecode \
        --constraint /tmp/requirements.lock --requirement /tmp/dependencies.txt
RUN --mount=from=wheels,source=/wheels,target=/wheels \
    uv pip install --quiet --no-deps --offline --no-cache --compile-bytecode /wheels/*.whl

FROM debian:bookworm-slim AS core
ARG VERSION=dev
LABEL org.opencontainers.image.title="ingest" \
      org.opencontainers.image.description="Lands files and API data in Apache Iceberg: rows and their position in one commit." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 tini tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
# Group 0 owns and may write what the user may: platforms that choose an arbitrary uid give it that group.
RUN useradd --uid 10001 --gid 0 --home-dir /app --no-create-home --shell /usr/sbin/nologin ingest \
    && mkdir -p /app/connectors /app/assets /app/jobs /app/configs /app/secrets /app/state \
    && chown -R 10001:0 /app && chmod -R g=u /app
COPY registry/connectors.yaml /registry/connectors.yaml
COPY --from=environment /opt/ingest /opt/ingest
ENV PATH=/opt/ingest/bin:$PATH \
    HOME=/app \
    INGEST_HOME=/app \
    INGEST_REGISTRY=/registry/connectors.yaml \
    INGEST_LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:0
ENTRYPOINT ["tini", "--", "ingest"]
CMD ["--help"]
