# Which processes make the system, and what each is told. Sourced.
# shellcheck shell=bash

# The provider's credentials go to the token service and to nobody else: these words take them out of an environment.
without_credentials() {
    local name
    printf '%s\0' env
    for name in $(compgen -v STARSHARE_ || true); do printf '%s\0' -u "$name"; done
}

start_system() {
    mapfile -d '' -t CLEAN < <(without_credentials)
    # Set for one process, these would be wrong for the others.
    CLEAN+=(-u PORT -u ADMIN_PORT -u INSTANCE_ID)
    if [ "$MODE" = up ] && [ -n "${REDIS_URL:-}" ]; then
        say "    Redis: the one in REDIS_URL"
    else
        start_redis
    fi
    if [ "$MODE" = demo ]; then start_provider; fi
    # For one run (demo) or kept between runs (up), as the private Redis.
    local segments=$RUN_DIR/segments
    [ "$MODE" = demo ] || segments=$STATE_DIR/segments
    if [ -n "${SEGMENT_STORE_URL:-}" ] || [[ $segments =~ ^[A-Za-z0-9_./+-]+$ ]]; then
        export SEGMENT_STORE_URL=${SEGMENT_STORE_URL:-file://$segments}
    else
        warn "segments are not stored: $segments cannot be written as a URL; set SEGMENT_STORE_URL"
    fi
    step "Starting 1 gateway, 1 token service, $TRANSCODERS transcoder(s), 1 segment store"
    start_token_service
    start segment-store "${CLEAN[@]}" ADMIN_PORT=0 "$BIN_DIR/SegmentStore"
    local number
    for ((number = 1; number <= TRANSCODERS; number++)); do
        start "transcoder-$number" "${CLEAN[@]}" ADMIN_PORT=0 "$BIN_DIR/Transcoder"
    done
    start_gateway
}

start_gateway() {
    export WEB_DIR=${WEB_DIR:-$ROOT/Web}
    # Without it the player says what is missing; everything else works.
    local videojs=$WEB_ASSETS/videojs/$VIDEOJS_VERSION
    [ -n "${WEB_VENDOR_DIR:-}" ] || [ ! -d "$videojs" ] || export WEB_VENDOR_DIR=$videojs
    start gateway "${CLEAN[@]}" ADMIN_PORT=0 PORT="$GATEWAY_PORT" "$BIN_DIR/Gateway"
}

start_token_service() {
    if [ "$MODE" = demo ]; then
        start token-service "${CLEAN[@]}" ADMIN_PORT=0 STARSHARE_BASE_URL="http://127.0.0.1:$PROVIDER_PORT" \
            STARSHARE_USERNAME="${DEMO_USER:-demo}" STARSHARE_PASSWORD="${DEMO_PASSWORD:-demo}" "$BIN_DIR/TokenService"
    else
        # Inherited, not on the command line: command lines can be read by everybody on the machine.
        start token-service env -u PORT -u INSTANCE_ID ADMIN_PORT=0 "$BIN_DIR/TokenService"
    fi
}

# A Redis of our own on a free port, with a password, for one run (demo) or kept between runs (up). The machine's own
# Redis, if there is one, is left alone.
start_redis() {
    local dir password port attempt
    if [ "$MODE" = up ]; then dir=$STATE_DIR/redis; else dir=$RUN_DIR/redis; fi
    mkdir -p "$dir"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    for attempt in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 12000))
        port_in_use "$port" || break
    done
    (
        umask 077
        cat >"$RUN_DIR/redis.conf" <<CONF
bind 127.0.0.1
port $port
requirepass $password
dir "$dir"
save ""
appendonly yes
appendfsync everysec
maxmemory ${DASH_REDIS_MEMORY:-512mb}
maxmemory-policy volatile-lru
CONF
    )
    step "Starting a private Redis on port $port"
    start redis redis-server "$RUN_DIR/redis.conf"
    export REDIS_URL="redis://:$password@127.0.0.1:$port"
    # For ./dash viewer; readable to this user only, and gone with the run.
    (umask 077 && printf '%s\n' "$REDIS_URL" >"$RUN_DIR/redis-url")
    mkdir -p "$STATE_DIR"
    ln -sfn "$RUN_DIR/redis-url" "$STATE_DIR/redis-url"
    unset MEDIA_REDIS_URL
    for ((attempt = 0; attempt < 60; attempt++)); do
        if [ "$(REDISCLI_AUTH=$password redis-cli -h 127.0.0.1 -p "$port" ping 2>/dev/null)" = PONG ]; then return; fi
        is_alive redis || break
        tick
    done
    tail -5 "$LOG_DIR/redis.log" >&2
    die "the private Redis did not start; its log: $LOG_DIR/redis.log"
}

# The panel and CDN of our own. It makes its demo media on the first start, which takes a while.
start_provider() {
    local words=("$BIN_DIR/DemoProvider" --port "$PROVIDER_PORT")
    [ -z "$MEDIA" ] || words+=(--media "$MEDIA")
    # Its CDN is this machine: the one place where redirects to a private address are right.
    export UPSTREAM_ALLOW_PRIVATE=${UPSTREAM_ALLOW_PRIVATE:-127.0.0.0/8,::1/128}
    step "Starting the demo provider on port $PROVIDER_PORT"
    start demo-provider "${CLEAN[@]}" "${words[@]}"
    local begin=$SECONDS last=$SECONDS
    until port_in_use "$PROVIDER_PORT"; do
        is_alive demo-provider || {
            tail -5 "$LOG_DIR/demo-provider.log" >&2
            die "the demo provider did not start; its log: $LOG_DIR/demo-provider.log"
        }
        if ((SECONDS - last >= 5)); then
            last=$SECONDS
            say "    ${DIM}making demo media … $((SECONDS - begin)) s${PLAIN} $(tail -1 "$LOG_DIR/demo-provider.log" | cut -c1-80)"
        fi
        ((SECONDS - begin < 900)) || die "the demo provider was not ready after 15 minutes; its log: $LOG_DIR/demo-provider.log"
        tick
    done
}
