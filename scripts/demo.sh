# ./dash demo and ./dash up: the whole system on this machine. Sourced by ./dash.
# shellcheck shell=bash

# shellcheck source=scripts/setup.sh
. "$ROOT/scripts/setup.sh"
# shellcheck source=scripts/supervise.sh
. "$ROOT/scripts/supervise.sh"
# shellcheck source=scripts/env.sh
. "$ROOT/scripts/env.sh"
# shellcheck source=scripts/services.sh
. "$ROOT/scripts/services.sh"
# shellcheck source=scripts/ready.sh
. "$ROOT/scripts/ready.sh"

demo_usage() {
    cat <<'TEXT'
./dash demo         Installs what is missing, builds, and runs everything on this machine: a private Redis, a provider
                    of our own with demo channels, gateway, token service, transcoders, segment store. Prints the URLs
                    when the first segment of a channel has come through. Ctrl-C stops all of it.
./dash up           The same without the demo provider: STARSHARE_BASE_URL, STARSHARE_USERNAME and STARSHARE_PASSWORD
                    come from the environment or from .env, and go to the token service only.

  --port N            port of the gateway                          (PORT, 3000)
  --transcoders N     how many workers                             (DASH_TRANSCODERS, 2)
  --log-dir DIR       where the services' logs go                  (DASH_LOG_DIR, .dash/logs)
  --no-build          take what is built                           (DASH_NO_BUILD=1)
demo only:
  --media DIR         serve these files instead of demo media      (DEMO_MEDIA)
  --provider-port N   port of the demo provider, demo/demo         (DEMO_PORT, 8880)
TEXT
}

dash_demo() { run_system demo "$@"; }
dash_up() { run_system up "$@"; }

run_system() {
    MODE=$1
    shift
    load_env_file
    GATEWAY_PORT=${PORT:-3000}
    PROVIDER_PORT=${DEMO_PORT:-8880}
    TRANSCODERS=${DASH_TRANSCODERS:-2}
    LOG_DIR=${DASH_LOG_DIR:-$STATE_DIR/logs}
    MEDIA=${DEMO_MEDIA:-}
    NO_BUILD=${DASH_NO_BUILD:-}
    parse_options "$@"
    [ -n "$NO_BUILD" ] || {
        install_packages
        install_web_assets
        build_everything
    }
    check_ground
    supervise_begin
    start_system
    wait_until_it_works
    print_addresses
    supervise_until_stopped
}

parse_options() {
    while [ $# -gt 0 ]; do
        local option=$1
        if [[ $option == --*=* ]]; then
            set -- "${option%%=*}" "${option#*=}" "${@:2}"
            option=$1
        fi
        case "$option" in
            --no-build) NO_BUILD=1 ;;
            -h | --help)
                demo_usage
                exit 0
                ;;
            --port | --transcoders | --log-dir | --media | --provider-port)
                [ $# -ge 2 ] || die_usage "$option needs a value; ./dash $MODE --help"
                case "$option" in
                    --port) GATEWAY_PORT=$2 ;;
                    --transcoders) TRANSCODERS=$2 ;;
                    --log-dir) LOG_DIR=$2 ;;
                    --media) MEDIA=$2 ;;
                    --provider-port) PROVIDER_PORT=$2 ;;
                esac
                shift
                ;;
            *) die_usage "$MODE does not know \"$1\"; ./dash $MODE --help" ;;
        esac
        shift
    done
    require_number --port "$GATEWAY_PORT" 1 65535 3000
    require_number --transcoders "$TRANSCODERS" 1 16 2
    [ "$MODE" = up ] || require_number --provider-port "$PROVIDER_PORT" 1 65535 8880
    if [ -n "$MEDIA" ]; then
        [ -d "$MEDIA" ] || die_usage "--media needs a folder with live/, movies/ or series/ in it; \"$MEDIA\" is none"
        MEDIA=$(cd "$MEDIA" && pwd)
    fi
}

# What must be true before anything is started.
check_ground() {
    local program
    for program in Gateway TokenService Transcoder SegmentStore; do
        [ -x "$BIN_DIR/$program" ] || die "$BIN_DIR/$program is not there; run without --no-build"
    done
    have redis-server || die "redis-server is missing; ./dash setup installs it"
    have curl || die "curl is missing; ./dash setup installs it"
    ! port_in_use "$GATEWAY_PORT" || die "port $GATEWAY_PORT is taken; choose another with --port"
    if [ "$MODE" = demo ]; then
        [ -x "$BIN_DIR/DemoProvider" ] || die "$BIN_DIR/DemoProvider is not there; run without --no-build"
        ! port_in_use "$PROVIDER_PORT" || die "port $PROVIDER_PORT is taken; choose another with --provider-port"
    else
        local name
        for name in STARSHARE_BASE_URL STARSHARE_USERNAME STARSHARE_PASSWORD; do
            [ -n "${!name:-}" ] || die_usage "$name is not set: put it into .env (see .env.example) or the environment"
        done
    fi
    mkdir -p "$LOG_DIR" || die "cannot make the log folder $LOG_DIR"
    LOG_DIR=$(cd "$LOG_DIR" && pwd)
}
