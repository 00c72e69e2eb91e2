# What all commands of ./dash share: how it speaks, where things are, what it needs. Sourced, not run.
# shellcheck shell=bash

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' YELLOW=$'\e[33m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
    BOLD='' DIM='' GREEN='' YELLOW='' RED='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '%s==>%s %s\n' "$GREEN" "$PLAIN" "$*"; }
warn() { printf '%swarning:%s %s\n' "$YELLOW" "$PLAIN" "$*" >&2; }
die() {
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$*" >&2
    exit 1
}
# Wrong use, as sysexits.h counts.
die_usage() {
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$*" >&2
    exit 64
}

# Everything that a run leaves lies here; git ignores it.
STATE_DIR=${DASH_STATE_DIR:-$ROOT/.dash}
# Where the executables are. Developers may point it at a debug build.
BIN_DIR=${DASH_BUILD_DIR:-$ROOT/.build/release}

# One build for everything: release, testable, so that `demo` and `test` share every object file.
BUILD_FLAGS=(-c release -Xswiftc -enable-testing --scratch-path "$ROOT/.build")

# Debian packages: the C libraries we link against, and the tools that demo and tests start.
PACKAGES=(
    libavformat-dev libavcodec-dev libavfilter-dev libswscale-dev libswresample-dev libavutil-dev
    libcurl4-openssl-dev libhiredis-dev zlib1g-dev pkg-config
    redis-server nginx ffmpeg openssl curl ca-certificates git python3 python3-venv
    chromium mpv wrk
)

# Test tools from PyPI, in an environment of their own: a real S3-compatible server (moto and what its server mode needs),
# Playwright, which drives Debian's Chromium, and pyxtream, which reads panels as IPTV apps do.
PYTHON_DIR=$STATE_DIR/python
PYTHON_PACKAGES=('moto[s3]==5.2.5' flask flask-cors playwright==1.65.2 pyxtream==0.8.0)

# What the web player takes from others; scripts/web.sh fetches it. WEB_VENDOR_DIR tells the gateway where it is.
WEB_ASSETS=$STATE_DIR/web
VIDEOJS_VERSION=8.23.9

# What existing frontends play with, for tests; scripts/players.sh fetches it.
PLAYERS_DIR=$STATE_DIR/players

have() { command -v "$1" >/dev/null 2>&1; }

# is_answered_by PROGRAM ARGUMENT…: only help is asked for, and the program is there to give it.
is_answered_by() {
    [ -x "$1" ] || return 1
    case " ${*:2} " in *' --help '* | *' -h '*) return 0 ;; esac
    return 1
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

# A whole number from $3 to $4, or an error that names the option.
require_number() {
    local name=$1 value=$2 low=$3 high=$4
    [[ $value =~ ^[0-9]{1,9}$ ]] && ((10#$value >= low && 10#$value <= high)) ||
        die_usage "$name must be a whole number from $low to $high, for example $5; it is \"$value\""
}

# Whether something listens on a loopback port.
port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
