# ./dash setup: system packages, test tools, the player's library and the release build. Sourced by ./dash and by the commands
# that need it.
# shellcheck shell=bash

# shellcheck source=scripts/web.sh
. "$ROOT/scripts/web.sh"
# shellcheck source=scripts/players.sh
. "$ROOT/scripts/players.sh"

setup_usage() {
    cat <<'TEXT'
./dash setup        Installs the Debian packages that are missing, test tools and the web player's Video.js from PyPI below
                    .dash, and builds everything in release mode.
                    Does only what is not done yet. Without root it uses sudo, or says what to ask for.

  --no-build        only the packages
TEXT
}

dash_setup() {
    local build=yes
    while [ $# -gt 0 ]; do
        case "$1" in
            --no-build) build=no ;;
            -h | --help)
                setup_usage
                return
                ;;
            *) die_usage "setup does not know \"$1\"; ./dash setup --help" ;;
        esac
        shift
    done
    install_packages
    install_python_packages
    install_web_assets
    install_test_players
    [ "$build" = no ] || build_everything
    say "Ready. ./dash demo shows it."
}

# Installs what is missing; says how to do it when this user may not.
install_packages() {
    if ! have dpkg-query; then
        warn "this is not Debian: install by hand what corresponds to: ${PACKAGES[*]}"
        return
    fi
    local missing=()
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    local apt=(apt-get)
    if [ "$(id -u)" -ne 0 ]; then
        if have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            apt=(sudo apt-get)
        else
            die "packages are missing, and only root can install them. Ask for: apt-get install ${missing[*]}"
        fi
    fi
    step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    "${apt[@]}" -qq update || warn "apt-get update failed; trying with the lists that are there"
    DEBIAN_FRONTEND=noninteractive "${apt[@]}" -qq install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# Only tests need them: without a way to PyPI they are skipped, and say so.
install_python_packages() {
    # What was asked for the last time it succeeded.
    local record=$PYTHON_DIR/installed.txt
    [ "$(cat "$record" 2>/dev/null)" != "${PYTHON_PACKAGES[*]}" ] || return 0
    step "Installing test tools from PyPI: ${PYTHON_PACKAGES[*]}"
    if make_python_environment && pip_quietly install "${PYTHON_PACKAGES[@]}"; then
        printf '%s\n' "${PYTHON_PACKAGES[*]}" >"$record"
    else
        warn "PyPI cannot be reached: the tests with an S3 server and with a browser will be skipped"
    fi
}

# Python packages of this project only, below .dash.
make_python_environment() {
    [ ! -x "$PYTHON_DIR/bin/pip" ] || return 0
    if ! have python3; then
        warn "python3 is missing"
        return 1
    fi
    rm -rf "$PYTHON_DIR"
    mkdir -p "$STATE_DIR"
    python3 -m venv "$PYTHON_DIR" && return 0
    rm -rf "$PYTHON_DIR"
    return 1
}

pip_quietly() { "$PYTHON_DIR/bin/pip" "$1" --quiet --disable-pip-version-check --timeout 20 --retries 2 "${@:2}"; }

require_swift() {
    have swift || die "Swift is missing: get 6.3 or newer for Debian 12 from https://www.swift.org/install/linux/ and put it on the PATH"
}

# Builds all executables, and with `tests` the tests too, in one folder with one set of flags.
build_everything() {
    require_swift
    local flags=("${BUILD_FLAGS[@]}")
    [ "${1:-}" = tests ] && flags+=(--build-tests)
    step "Building (release; the first time takes a while, about 15 minutes on two cores)"
    mkdir -p "$STATE_DIR"
    local log=$STATE_DIR/build.log
    if [ -t 1 ]; then
        swift build "${flags[@]}" 2>&1 | tee "$log" || die "the build failed; the whole of it is in $log"
    else
        swift build "${flags[@]}" 2>&1 | tee "$log" | build_progress || {
            grep -E 'error:' "$log" | sort -u | head -40 >&2
            die "the build failed; the whole of it is in $log"
        }
    fi
}

# Off a terminal: a line every 20 seconds instead of thousands.
build_progress() {
    local line last=$((SECONDS - 20))
    while IFS= read -r line; do
        if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
            ((SECONDS - last < 20)) && continue
            last=$SECONDS
            say "    ${line:0:100}"
        elif [[ $line == *"error:"* || $line == "Build complete"* ]]; then
            say "    $line"
        fi
    done
}
