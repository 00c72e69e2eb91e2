# Commands of the Gateway's executable that need a running system's Redis. Sourced.
# shellcheck shell=bash

# gateway_command NAME [ARGUMENT…]: with REDIS_URL of the environment or .env; else the private Redis of the ./dash demo or
# ./dash up that runs.
gateway_command() {
    # shellcheck source=scripts/env.sh
    . "$ROOT/scripts/env.sh"
    load_env_file
    [ -x "$BIN_DIR/Gateway" ] || die "$BIN_DIR/Gateway is not there; ./dash setup builds it"
    if [ -z "${REDIS_URL:-}" ]; then
        [ -r "$STATE_DIR/redis-url" ] || case " ${*:2} " in
            '  ' | *' -h '* | *' --help '* | ' help '*) ;;
            *) die "REDIS_URL is not set, and no ./dash demo or ./dash up runs here" ;;
        esac
        if [ -r "$STATE_DIR/redis-url" ]; then
            REDIS_URL=$(<"$STATE_DIR/redis-url")
            export REDIS_URL
        fi
    fi
    exec "$BIN_DIR/Gateway" "$@"
}
