#!/usr/bin/env bash
# Makes sure that a Docker engine answers, and that the tools are there with which e2e/ makes images where no image
# registry is reached, the browser that opens pages, and PostgreSQL's programs. Does nothing that was done before.
# Installs on Debian as root; elsewhere it only looks.
set -euo pipefail
exec </dev/null

readonly SOCKET=/var/run/docker.sock
readonly LOG=${INGEST_ENGINE_LOG:-/var/log/ingest-dockerd.log}
readonly WAIT_SECONDS=60

has() { command -v "$1" >/dev/null 2>&1; }

answers() {
    curl --silent --fail --max-time 5 --unix-socket "$SOCKET" http://localhost/_ping >/dev/null 2>&1
}

# BuildKit is in Debian's client; in newer ones it is a plug-in that may be missing.
builds() { has /usr/bin/docker || docker buildx version >/dev/null 2>&1; }

missing_packages() {
    builds || echo docker.io
    answers || has dockerd || echo docker.io
    answers || has iptables || echo iptables
    has "${INGEST_E2E_CHROMIUM:-chromium}" || echo chromium
    has curl || echo curl
    has debootstrap || echo debootstrap
    has mvn || echo maven
    has initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || echo postgresql
}

install_missing() {
    local packages
    packages=$(missing_packages | sort --unique)
    [ -n "$packages" ] || return 0
    if ! has apt-get || [ "$(id --user)" -ne 0 ]; then
        echo "engine: install these first:" $packages >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2
    # shellcheck disable=SC2086  # a list
    apt-get install --quiet=2 --yes --no-install-recommends $packages >/dev/null
}

start() {
    [ "$(id --user)" -eq 0 ] || { echo "engine: no Docker engine answers, and only root may start one" >&2; return 1; }
    setsid dockerd >>"$LOG" 2>&1 &
}

wait_until_it_answers() {
    local deadline=$((SECONDS + WAIT_SECONDS))
    until answers; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            echo "engine: dockerd did not answer within ${WAIT_SECONDS} s; the end of $LOG:" >&2
            tail --lines 20 "$LOG" >&2
            return 1
        fi
        sleep 0.5
    done
}

install_missing
how="was running"
if ! answers; then
    start
    wait_until_it_answers
    how="was started, its log is $LOG"
fi
echo "engine: Docker $(docker version --format '{{.Server.Version}}') $how"
