# ./dash doctor: what is missing on this machine and how to get it.
# shellcheck shell=bash

dash_doctor() {
    case "${1:-}" in
        "") ;;
        -h | --help)
            say "./dash doctor       Looks at tools, libraries, ports and space. Exit code 1 if something needed is missing."
            return
            ;;
        *) die_usage "doctor does not know \"$1\"; ./dash doctor --help" ;;
    esac
    FAULTS=0
    doctor_swift
    doctor_packages
    doctor_redis
    doctor_ffmpeg
    doctor_python
    doctor_web
    doctor_machine
    doctor_build
    if [ "$FAULTS" -gt 0 ]; then
        say "${RED}$FAULTS missing.${PLAIN} ./dash setup installs what apt can give."
        return 1
    fi
    say "${GREEN}Nothing is missing.${PLAIN}"
}

good() { say "  ${GREEN}ok${PLAIN}       $*"; }
unsure() { say "  ${YELLOW}look at${PLAIN}  $*"; }
bad() {
    say "  ${RED}missing${PLAIN}  $*"
    FAULTS=$((FAULTS + 1))
}

doctor_swift() {
    if ! have swift; then
        bad "Swift 6.3: https://www.swift.org/install/linux/ , unpack, put usr/bin on the PATH"
        return
    fi
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -1)
    if printf '6.2\n%s\n' "$version" | sort -CV; then
        good "Swift $version"
    else
        bad "Swift 6.2 or newer (6.3 is what we test); this is $version: https://www.swift.org/install/linux/"
    fi
}

doctor_packages() {
    if ! have dpkg-query; then
        unsure "this is not Debian; needed are the equivalents of: ${PACKAGES[*]}"
        return
    fi
    local missing=()
    mapfile -t missing < <(missing_packages)
    if [ ${#missing[@]} -eq 0 ]; then
        good "all ${#PACKAGES[@]} Debian packages"
    else
        bad "Debian packages: apt-get install ${missing[*]}"
    fi
}

doctor_redis() {
    have redis-server || return 0
    local version
    version=$(redis-server --version | sed -n 's/.* v=\([0-9.]*\).*/\1/p')
    if printf '7\n%s\n' "$version" | sort -CV; then good "Redis $version"; else bad "Redis 7; this is $version"; fi
}

doctor_python() {
    if [ "$(cat "$PYTHON_DIR/installed.txt" 2>/dev/null)" = "${PYTHON_PACKAGES[*]}" ]; then
        good "test tools from PyPI: ${PYTHON_PACKAGES[*]}"
    else
        unsure "test tools are not installed: tests with an S3 server or a browser are skipped; ./dash setup gets them from PyPI"
    fi
}

doctor_web() {
    # shellcheck source=scripts/web.sh
    . "$ROOT/scripts/web.sh"
    if videojs_is_whole "$WEB_ASSETS/videojs/$VIDEOJS_VERSION"; then
        good "Video.js $VIDEOJS_VERSION"
    else
        unsure "Video.js is not there: the web player cannot play; ./dash setup gets it from PyPI"
    fi
    if [ -s "$PLAYERS_DIR/hls-1.5.13.js" ] && [ -s "$PLAYERS_DIR/mpegts-1.8.0.js" ]; then
        good "hls.js and mpegts.js for tests"
    else
        unsure "hls.js and mpegts.js are not there: the test of the existing frontend is skipped; ./dash setup gets them from PyPI"
    fi
}

doctor_ffmpeg() {
    have ffmpeg || return 0
    local encoders
    encoders=$(ffmpeg -hide_banner -encoders 2>/dev/null)
    local name
    for name in libx264 libx265 aac ac3 mpeg2video; do
        [[ $encoders == *" $name "* ]] || unsure "ffmpeg has no $name; some demo media cannot be made"
    done
    good "ffmpeg $(ffmpeg -version | sed -n '1s/ffmpeg version \([^ ]*\).*/\1/p')"
}

doctor_machine() {
    local free memory
    free=$(df -Pm "$ROOT" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt 6000 ]; then unsure "only $free MB of disk left here; a build takes about 6000"; else good "$free MB of disk"; fi
    memory=$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || echo 0)
    if [ "$memory" -lt 4000 ]; then unsure "$memory MB of memory available; a build wants 4000"; else good "$memory MB of memory"; fi
    good "$(nproc) cores (a demo channel in three qualities takes about half of one)"
    local port
    for port in "${PORT:-3000}" "${DEMO_PORT:-8880}"; do
        if port_in_use "$port"; then unsure "port $port is taken; use --port or --provider-port"; else good "port $port is free"; fi
    done
}

doctor_build() {
    if [ -x "$BIN_DIR/Gateway" ]; then good "built: $BIN_DIR"; else unsure "nothing is built yet; ./dash setup or ./dash demo does it"; fi
}
