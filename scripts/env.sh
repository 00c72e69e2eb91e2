# The settings file. Sourced.
# shellcheck shell=bash

# KEY=VALUE lines of .env, without overriding what the environment says. Nothing in it is executed.
load_env_file() {
    [ -f "$ROOT/.env" ] || return 0
    local line name value
    while IFS= read -r line || [ -n "$line" ]; do
        [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
        name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]%$'\r'}
        if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
        [ -n "${!name+set}" ] || export "$name=$value"
    done <"$ROOT/.env"
}
