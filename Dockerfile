# The bot for production. Everything that is installed is named with its hashes in the lock files.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock requirements-dev.lock ./
# The environment that is shipped has no pip; the build back end is cut out of the development lock file.
RUN python -m venv --without-pip /opt/usher \
    && python -m pip --python /opt/usher/bin/python install --require-hashes --no-deps -r requirements.lock \
    && awk '/^[^ #]/ { wanted = /^(hatchling|packaging|pathspec|pluggy|trove-classifiers)==/ } wanted' \
        requirements-dev.lock > build.lock \
    && python -m pip install --require-hashes --no-deps -r build.lock
COPY pyproject.toml README.md ./
COPY actions actions
COPY engine engine
COPY storage storage
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/usher/bin/python install --no-deps --no-index dist/*.whl

FROM python:3.12-slim
ARG VERSION=dev
LABEL org.opencontainers.image.title="usher" \
      org.opencontainers.image.description="A Telegram booking bot whose conversations are written in YAML" \
      org.opencontainers.image.version="${VERSION}"
RUN groupadd --gid 10001 usher \
    && useradd --uid 10001 --gid usher --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin usher
ENV PATH=/opt/usher/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FLOWS_DIR=/app/flows \
    HOST=0.0.0.0 \
    PORT=8080
COPY --from=build /opt/usher /opt/usher
WORKDIR /app
COPY flows flows
USER 10001:10001
EXPOSE 8080
# `usher run` is the first process and takes the signal itself: it stops polling, answers what it holds and leaves.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=4)"]
ENTRYPOINT ["usher"]
CMD ["run"]
