# The collector for docker-compose.yml, profile `collector`. Linux with BlueZ only; the recommended way is the
# collector on the host (docs/operations.md). For both kinds of processor, amd64 and arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 .

FROM python:3.13.7-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY processing processing
COPY ingest ingest
COPY dashboards dashboards
COPY sitstreak sitstreak
RUN /venv/bin/pip install .

FROM python:3.13.7-slim-bookworm
# The host's D-Bus looks the user id up among the host's users and may turn an unknown one away; 1000 is the
# first user of nearly every Linux. Another one: COLLECTOR_UID in .env.
ARG UID=1000
RUN useradd --uid $UID --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin sitstreak \
    && install -d -o sitstreak -g sitstreak -m 0700 /data
COPY --from=build /venv /venv
# MPLCONFIGDIR: the root file system is mounted read-only.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp \
    SITSTREAK_DATA_DIR=/data
USER sitstreak
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["sitstreak"]
CMD ["run"]
