# What the web player takes from others: Video.js, pinned by version and content. Never committed. Sourced by scripts/setup.sh.
# shellcheck shell=bash

# File, and SHA-256 of what it must hold.
VIDEOJS_FILES=(
    video.min.js e0827ebd05b58e45b8667a36a6764d6e07dec475b142bc371b56aca7476f026c
    video-js.min.css 076c48366e8a186bf243d5937f32a97410045612629b6fdbabc389abb6ce5cb9
)
# A wheel of PyPI that carries Video.js as its publishers made it.
VIDEOJS_WHEEL=ted2zim==3.2.1
VIDEOJS_WHEEL_PYTHON=3.14
VIDEOJS_WHEEL_FOLDER=ted2zim/templates/assets/videojs

# Puts Video.js into .dash/web/videojs/VERSION, unless it is there and whole. Without it the web player cannot play, all else can.
install_web_assets() {
    local folder=$WEB_ASSETS/videojs/$VIDEOJS_VERSION
    ! videojs_is_whole "$folder" || return 0
    step "Fetching Video.js $VIDEOJS_VERSION from PyPI"
    if make_python_environment && fetch_videojs "$folder.new"; then
        rm -rf "$folder"
        mv "$folder.new" "$folder"
    else
        rm -rf "$folder.new"
        warn "Video.js could not be fetched: the web player will not play. ./dash setup tries again"
    fi
}

# Whether the files in folder $1 are exactly those that we want.
videojs_is_whole() {
    local index
    for ((index = 0; index < ${#VIDEOJS_FILES[@]}; index += 2)); do
        printf '%s  %s\n' "${VIDEOJS_FILES[index + 1]}" "$1/${VIDEOJS_FILES[index]}"
    done | sha256sum --check --status 2>/dev/null
}

# Downloads the wheel and leaves the wanted files in folder $1.
fetch_videojs() {
    local folder=$1 index
    rm -rf "$folder"
    mkdir -p "$folder/wheel"
    pip_quietly download --no-deps --only-binary=:all: --python-version "$VIDEOJS_WHEEL_PYTHON" --dest "$folder/wheel" \
        "$VIDEOJS_WHEEL" || return 1
    python3 -m zipfile -e "$folder/wheel/"*.whl "$folder/wheel" || return 1
    for ((index = 0; index < ${#VIDEOJS_FILES[@]}; index += 2)); do
        mv "$folder/wheel/$VIDEOJS_WHEEL_FOLDER/${VIDEOJS_FILES[index]}" "$folder/" || return 1
    done
    rm -rf "$folder/wheel"
    videojs_is_whole "$folder" || {
        warn "what $VIDEOJS_WHEEL carries is not Video.js $VIDEOJS_VERSION as we know it"
        return 1
    }
}
