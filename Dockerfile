# Firebell as an image. Build it in the root of the repository:
#
#   docker build --tag firebell .
#
# Run it with a configuration mounted, as nobody, on a read-only root:
#
#   docker run --read-only --publish 9464:9464 \
#     --volume ./firebell.yaml:/etc/firebell/firebell.yaml:ro firebell
#
# Pin both bases by digest where builds must be reproducible to the byte.

FROM rust:1.95-slim-bookworm AS build

# For the Kafka client and its OpenSSL, which are built from source.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make perl \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /build

# The dependencies first, with empty sources in place of ours: this layer is built again only when
# the two Cargo files change.
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src benches tests/it \
    && echo 'fn main() {}' | tee src/main.rs benches/allocations.rs benches/matching.rs \
        benches/pipeline.rs tests/it/main.rs > /dev/null \
    && touch src/lib.rs \
    && cargo build --release --locked \
    && rm -rf src benches target/release/deps/firebell-* target/release/deps/libfirebell-* \
        target/release/.fingerprint/firebell-*

# `config` is compiled in, the defaults and what the demo runs; of `docs` the runbook.
COPY config config
COPY docs docs
COPY benches benches
COPY src src
RUN cargo build --release --locked --bin firebell

FROM debian:bookworm-slim

LABEL org.opencontainers.image.title="firebell" \
      org.opencontainers.image.description="Runs the right workflow for each security event on Kafka, and loses none." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"

# The authorities that TLS to Kafka and to the workflows trusts.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 firebell \
    && useradd --system --uid 10001 --gid firebell --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin firebell

COPY --from=build /build/target/release/firebell /usr/local/bin/firebell
COPY LICENSE /usr/share/doc/firebell/LICENSE

# By number, so that an orchestrator can see that it is not root.
USER 10001:10001

# `firebell.yaml` is read from here when no `--config` is given.
WORKDIR /etc/firebell

# Metrics and health.
EXPOSE 9464

STOPSIGNAL SIGTERM

# Reads the same configuration, and asks `/livez`.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/firebell", "healthcheck"]

# Without a shell between, so that SIGTERM reaches the daemon.
ENTRYPOINT ["/usr/local/bin/firebell"]
CMD ["run"]
