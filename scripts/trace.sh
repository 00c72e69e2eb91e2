# ./dash trace: what a viewer's request started. Sourced by ./dash.
# shellcheck shell=bash

dash_trace() {
    # shellcheck source=scripts/gateway.sh
    . "$ROOT/scripts/gateway.sh"
    gateway_command trace "$@"
}
