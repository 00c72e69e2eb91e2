# ./dash bench: the benchmarks.
# shellcheck shell=bash

dash_bench() {
    case "${1:-}" in
        -h | --help)
            cat <<'TEXT'
./dash bench [NAME] [OPTION…]   Builds and runs a benchmark in release mode. Without a name: what there is.
                                `live` runs engine, start, viewers, takeover and zap, each of which is a name, too.
                                Options after the name go to the benchmark; --no-build in front of it skips the build.
TEXT
            return
            ;;
    esac
    # shellcheck source=scripts/setup.sh
    . "$ROOT/scripts/setup.sh"
    if [ "${1:-}" = --no-build ]; then
        shift
    elif [ -z "${DASH_NO_BUILD:-}" ] && ! is_answered_by "$BIN_DIR/DashBench" "$@"; then
        install_packages
        build_everything
    fi
    [ -x "$BIN_DIR/DashBench" ] || die "$BIN_DIR/DashBench is not there; run without --no-build"
    if [ $# -eq 0 ]; then set -- --help; fi
    exec "$BIN_DIR/DashBench" "$@"
}
