# Extractor with everything it needs at run time: fonts, LibreOffice (for Word and Excel files), bubblewrap.
#   docker build -t extractor .
#   docker run --rm -v /srv/extractor:/data extractor                     # watches /data/inbox
#   docker run --rm -v "$PWD:/data" extractor run /data/packet.zip --out /data/out
# The container needs no network: --network none is fine for watch and run.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY extractor extractor
COPY config config
COPY models models
RUN python -m venv /opt/extractor/venv \
 && /opt/extractor/venv/bin/python extractor/setup/opencv.py \
 && /opt/extractor/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check -c constraints.txt '.[postgres]' \
 && EXTRACTOR_MODELS=/opt/extractor/models /opt/extractor/venv/bin/extractor models install

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap fontconfig fonts-noto-cjk libgomp1 \
      libreoffice-calc libreoffice-impress libreoffice-writer \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /data extractor \
 && install -d -o extractor /data
COPY --from=build /opt/extractor /opt/extractor
ENV PATH=/opt/extractor/venv/bin:$PATH EXTRACTOR_MODELS=/opt/extractor/models \
    EXTRACTOR_STATE=/data/state EXTRACTOR_CACHE=/data/cache EXTRACTOR_LOG_FORMAT=json
USER extractor
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=60s --timeout=20s CMD extractor watch /data/inbox --status
ENTRYPOINT ["extractor"]
CMD ["watch", "/data/inbox", "--out", "/data/outbox"]
