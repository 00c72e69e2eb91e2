# Waits until the main job works, as a viewer would see it, and says where it is. Sourced.
# shellcheck shell=bash

fetch() { curl -fsS --max-time "${2:-15}" "$1" 2>/dev/null; }

wait_until_it_works() {
    local base=http://127.0.0.1:$GATEWAY_PORT
    wait_for 90 "the gateway's health" fetch "$base/api/health" 5
    CHANNEL=
    # With the real provider nothing is opened unasked: its connections are the viewers'.
    [ "$MODE" = demo ] || return 0
    # Nor without an account, where one is needed: ./dash viewer add makes the first.
    [ "${ACCESS:-open}" != viewers ] || return 0
    CHANNEL=$(first_channel) || die "the demo provider has no channel; its log: $LOG_DIR/demo-provider.log"
    wait_for 90 "the first segment of channel $CHANNEL" first_segment "$base" "$CHANNEL"
}

# wait_for SECONDS WHAT COMMAND…: repeats the command, looking after the children meanwhile.
wait_for() {
    local limit=$1 what=$2 begin=$SECONDS
    shift 2
    step "Waiting for $what"
    until "$@" >/dev/null; do
        look_after_children
        if ((SECONDS - begin >= limit)); then
            tail -n 2 "$LOG_DIR"/*.log >&2 || true
            die "$what did not come within $limit s; the logs are in $LOG_DIR"
        fi
        tick
    done
    say "    after $((SECONDS - begin)) s"
}

channel_list() {
    local user=${DEMO_USER:-demo} password=${DEMO_PASSWORD:-demo}
    fetch "http://127.0.0.1:$PROVIDER_PORT/player_api.php?username=$user&password=$password&action=get_live_streams"
}

# Number 8 of our own media has all three qualities; of other media the first channel must do.
first_channel() {
    local numbers
    numbers=$(channel_list | grep -oE '"stream_id": *"?[0-9]+' | grep -oE '[0-9]+$') || return 1
    if grep -qx 8 <<<"$numbers"; then say 8; else head -1 <<<"$numbers"; fi
}

# Master playlist, first variant, its first segment: what a player does.
first_segment() {
    local base=$1 master variant segment url
    url=$base/api/hls/live-$2/master.m3u8
    master=$(fetch "$url") || return 1
    variant=$(first_address "$master") || return 1
    url=$(resolve "$url" "$variant")
    segment=$(first_address "$(fetch "$url")") || return 1
    [ "$(fetch "$(resolve "$url" "$segment")" | wc -c)" -gt 1000 ]
}

first_address() { grep -v '^#' <<<"$1" | grep -m1 .; }

# An address in a playlist against the playlist's own.
resolve() {
    case "$2" in
        http://* | https://*) printf '%s\n' "$2" ;;
        /*) printf '%s%s\n' "http://127.0.0.1:$GATEWAY_PORT" "$2" ;;
        *) printf '%s/%s\n' "${1%/*}" "$2" ;;
    esac
}

print_addresses() {
    local base=http://127.0.0.1:$GATEWAY_PORT channel=${CHANNEL:-ID}
    say ""
    say "${BOLD}DASH WebTV is up.${PLAIN}"
    say "  Player    $base/"
    say "  Watch     $base/api/hls/live-$channel/master.m3u8"
    say "            (VLC, ffplay, mpv, Safari, hls.js; 360p, 480p and 720p, none above the source)"
    [ "$MODE" = up ] || say "            other channels: $(channel_list | grep -oE '"stream_id": *"?[0-9]+' | grep -oE '[0-9]+$' | tr '\n' ' ')"
    say "  Channel   $base/api/live/$channel?quality=720p"
    say "  Streams   $base/api/stats/streams"
    say "  Health    $base/api/health"
    if [ "$MODE" = demo ]; then
        say "  Provider  http://127.0.0.1:$PROVIDER_PORT (account ${DEMO_USER:-demo}/${DEMO_PASSWORD:-demo})"
    fi
    local name port
    for name in "${CHILD_ORDER[@]}"; do
        port=$(sed -n 's/.*"admin\.port":"\([0-9]*\)".*/\1/p' "$LOG_DIR/$name.log" 2>/dev/null | tail -1)
        [ -z "$port" ] || say "  Metrics   http://127.0.0.1:$port/metrics ($name)"
    done
    say "  Logs      $LOG_DIR"
    say "Ctrl-C stops all of it."
}
