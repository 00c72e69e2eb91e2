# ./dash viewer: the operator's accounts for viewers. Sourced by ./dash.
# shellcheck shell=bash

dash_viewer() {
    # shellcheck source=scripts/gateway.sh
    . "$ROOT/scripts/gateway.sh"
    gateway_command viewer "$@"
}
