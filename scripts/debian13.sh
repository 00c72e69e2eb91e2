# ./dash test debian13: builds and unit-tests in a Debian 13 of its own, with FFmpeg 7.1 and hiredis 1.2. Sourced by test.sh.
# shellcheck shell=bash

# A whole Debian below .dash, by debootstrap; `rm -rf` it to begin anew.
DEBIAN13=${DASH_DEBIAN13:-$STATE_DIR/debian13}
DEBIAN13_MIRROR=${DASH_DEBIAN13_MIRROR:-http://deb.debian.org/debian}
# The C libraries, what Swift's compiler and its programs need of the system, and what unit tests start.
DEBIAN13_PACKAGES=(
    libavformat-dev libavcodec-dev libavfilter-dev libswscale-dev libswresample-dev libavutil-dev
    libcurl4-openssl-dev libhiredis-dev zlib1g-dev pkg-config
    binutils gcc g++ libc6-dev libxml2 libncurses6 libedit2 libsqlite3-0 libcurl4t64 tzdata git ca-certificates
    redis-server ffmpeg openssl curl
)

test_debian13() {
    case "${1:-}" in
        '') ;;
        -h | --help)
            test_usage
            return
            ;;
        *) die_usage "test debian13 does not know \"$1\"; ./dash test --help" ;;
    esac
    [ "$(id -u)" = 0 ] || die "a Debian 13 is made by debootstrap, mount and chroot: only root can. Run it with sudo"
    require_swift
    mkdir -p "$STATE_DIR" "$ROOT/.build"
    make_debian13
    # The toolchain and this tree are seen at the same paths inside; the mounts are gone with the last process.
    local toolchain
    toolchain=$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")")
    # Mounted over all of the Debian 13, a toolchain at / would make it this system again.
    [ "$toolchain" != / ] || die "Swift in /usr/bin cannot be taken along: unpack the toolchain of swift.org to a folder of its own, as /opt/swift"
    copy_dependencies
    unshare --mount --fork -- bash -c '
        set -euo pipefail
        for folder in "$2" "$3"; do mkdir -p "$1$folder" && mount --bind "$folder" "$1$folder"; done
        mkdir -p "$1/build" && mount --bind "$1/build" "$1$3/.build"
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"
        exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH="$2/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
            DASH_STATE_DIR="$3/.build/state" bash -euo pipefail -c "
                cd \"\$1\" && ROOT=\$1
                for part in common setup test debian13; do . scripts/\$part.sh; done
                debian13_inside
            " inside "$3"
    ' debian13 "$DEBIAN13" "$toolchain" "$ROOT"
}

make_debian13() {
    [ -x "$DEBIAN13/usr/bin/apt-get" ] || {
        have debootstrap || DEBIAN_FRONTEND=noninteractive apt-get -qq install -y debootstrap >/dev/null ||
            die "debootstrap is missing: apt-get install debootstrap"
        step "Making a Debian 13 in $DEBIAN13 (about two minutes)"
        rmdir "$DEBIAN13" 2>/dev/null || [ ! -e "$DEBIAN13" ] ||
            die "$DEBIAN13 is there, but no Debian: remove it, or name another folder with DASH_DEBIAN13"
        # Under another name until it is whole: an interrupted one is begun anew.
        rm -rf "$DEBIAN13.new"
        mkdir -p "$DEBIAN13.new"
        debootstrap --variant=minbase trixie "$DEBIAN13.new" "$DEBIAN13_MIRROR" >"$STATE_DIR/debian13.log" 2>&1 ||
            die "debootstrap failed; it says why in $STATE_DIR/debian13.log"
        mv "$DEBIAN13.new" "$DEBIAN13"
    }
    # debootstrap makes none, and tests connect to "localhost".
    [ -s "$DEBIAN13/etc/hosts" ] || printf '127.0.0.1 localhost\n::1 localhost\n' >"$DEBIAN13/etc/hosts"
    local missing
    missing=$(chroot "$DEBIAN13" dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${DEBIAN13_PACKAGES[@]}" 2>&1 |
        grep -cv '^installed' || true)
    [ "$missing" = 0 ] || {
        step "Installing Debian 13's packages"
        chroot "$DEBIAN13" apt-get -qq update
        DEBIAN_FRONTEND=noninteractive chroot "$DEBIAN13" apt-get -qq install -y --no-install-recommends \
            "${DEBIAN13_PACKAGES[@]}" >"$STATE_DIR/debian13.log" 2>&1 ||
            die "apt-get failed in $DEBIAN13; it says why in $STATE_DIR/debian13.log"
    }
}

# Packages of Swift are source, and the same everywhere: those that are here need not be fetched again.
copy_dependencies() {
    [ ! -d "$DEBIAN13/build/checkouts" ] || return 0
    swift package resolve --scratch-path "$ROOT/.build" >/dev/null
    mkdir -p "$DEBIAN13/build"
    cp -a "$ROOT"/.build/{checkouts,repositories,workspace-state.json} "$DEBIAN13/build/"
}

# Inside, where the tree is at the same path as outside.
debian13_inside() {
    step "Debian $(cat /etc/debian_version): FFmpeg's libavformat $(pkg-config --modversion libavformat), hiredis" \
        "$(pkg-config --modversion hiredis)"
    build_everything tests
    run_suites '' unit
}
