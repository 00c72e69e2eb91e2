# One image per service:
#
#     docker build --build-arg SERVICE=Gateway -t dash-webtv/gateway .
#
# SERVICE is Gateway, TokenService, Transcoder, SegmentStore or DemoProvider. The stages above `service` do not depend on it:
# building all five compiles once. docker-compose.yml does that; docs/decisions/0027-images.md says why it is so.

FROM swift:6.3-bookworm AS build
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev \
        libcurl4-openssl-dev libhiredis-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies change less often than sources. Package.resolved is taken if there is one.
COPY Package.* ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN for product in Gateway TokenService Transcoder SegmentStore DemoProvider; do \
        swift build -c release --static-swift-stdlib --product "$product" || exit 1; \
    done
COPY LICENSE THIRD_PARTY.md ./
COPY deploy/pack deploy/pack
RUN deploy/pack "$(swift build -c release --show-bin-path)" .build/checkouts /out

# The web player and Video.js, for the gateway. Video.js comes from PyPI; a hash says whether it is the right one.
FROM debian:bookworm-slim AS web
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY scripts scripts
COPY Web Web
COPY deploy/pack-web deploy/pack-web
RUN deploy/pack-web /out

FROM debian:bookworm-slim AS service
ARG SERVICE=Gateway
# What the executable links against, found out by deploy/pack, and certificates for TLS to others.
COPY --from=build /out/${SERVICE}/packages /tmp/packages
RUN apt-get update -qq \
    && xargs apt-get install -y -qq --no-install-recommends ca-certificates </tmp/packages \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* /var/log/* /tmp/packages \
    && install -d -o 10001 -g 10001 /var/cache/dash /var/lib/dash
COPY --from=build /out/${SERVICE}/root/ /
COPY --from=web /out/${SERVICE}/ /
LABEL org.opencontainers.image.title="DASH WebTV ${SERVICE}" org.opencontainers.image.licenses="Apache-2.0"
ENV DASH_ENV=production CACHE_DIR=/var/cache/dash
# Numeric, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/dash
ENTRYPOINT ["/app/service"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/app/service", "--healthcheck"]
