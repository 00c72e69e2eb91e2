# Runs processes, starts again what dies, and ends exactly what it started. Sourced.
# shellcheck shell=bash
#
# Each child is a session of its own (setsid), so that Ctrl-C reaches only this script and the order of the stop is ours.
# A guard process holds the other end of a pipe: when this script dies in whatever way, even by SIGKILL, the pipe closes
# and the guard ends the children.

declare -A CHILD_PID=() CHILD_START=() CHILD_FAILURES=() CHILD_DUE=() CHILD_COMMAND=()
CHILD_ORDER=()
STOPPING=no

supervise_begin() {
    RUN_DIR=$(mktemp -d "${TMPDIR:-/tmp}/dash-run.XXXXXX")
    mkdir "$RUN_DIR/pids"
    mkfifo "$RUN_DIR/guard"
    start_guard
    exec {GUARD_PIPE}>"$RUN_DIR/guard"
    mkfifo "$RUN_DIR/tick"
    exec {TICK}<>"$RUN_DIR/tick"
    trap 'supervise_stop 0' INT TERM HUP
    trap 'supervise_stop $?' EXIT
}

start_guard() {
    # shellcheck disable=SC2016
    setsid bash -c '
        trap "" INT TERM HUP
        read -r _ <"$1/guard"
        [ -d "$1/pids" ] || exit 0
        . "$2/scripts/supervise.sh"
        RUN_DIR=$1
        end_processes
        rm -rf "$1"
    ' guard "$RUN_DIR" "$ROOT" </dev/null >/dev/null 2>&1 &
    disown
}

# start NAME LOG COMMAND…: runs it and remembers how, to do it again.
start() {
    local name=$1
    shift
    CHILD_ORDER+=("$name")
    CHILD_COMMAND[$name]=$(printf '%q ' "$@")
    CHILD_FAILURES[$name]=0
    launch "$name"
}

launch() {
    local name=$1 words=()
    eval "words=(${CHILD_COMMAND[$name]})"
    setsid "${words[@]}" </dev/null >>"$LOG_DIR/$name.log" 2>&1 {GUARD_PIPE}>&- {TICK}>&- &
    CHILD_PID[$name]=$!
    CHILD_START[$name]=$SECONDS
    CHILD_DUE[$name]=
    # The start time tells this process from a later one with the same number.
    printf '%s %s\n' "$!" "$(start_time "$!")" >"$RUN_DIR/pids/$name"
}

start_time() { awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null || true; }

# Waits for at most half a second without starting a process; a signal ends it early.
tick() { read -rt 0.5 -u "$TICK" _ || true; }

is_alive() { [ -n "${CHILD_PID[$1]:-}" ] && kill -0 "${CHILD_PID[$1]}" 2>/dev/null; }

# One look at all children: notes deaths, starts again what is due.
look_after_children() {
    local name
    for name in "${CHILD_ORDER[@]}"; do
        if [ -n "${CHILD_PID[$name]}" ]; then
            is_alive "$name" || note_death "$name"
        elif ((SECONDS >= CHILD_DUE[$name])); then
            say "${DIM}starting $name again${PLAIN}"
            launch "$name"
        fi
    done
}

# Back-off: 1, 2, 4 … 30 s while it keeps dying young. Wrong settings (exit 78) end the whole run: they do not heal.
note_death() {
    local name=$1 code=0 pause=1
    wait "${CHILD_PID[$name]}" 2>/dev/null || code=$?
    CHILD_PID[$name]=
    rm -f "$RUN_DIR/pids/$name"
    if [ "$code" = 78 ]; then
        tail -1 "$LOG_DIR/$name.log" >&2
        exit 78
    fi
    if ((SECONDS - CHILD_START[$name] < 10)); then
        CHILD_FAILURES[$name]=$((CHILD_FAILURES[$name] + 1))
    else
        CHILD_FAILURES[$name]=1
    fi
    pause=$((1 << (CHILD_FAILURES[$name] - 1 > 5 ? 5 : CHILD_FAILURES[$name] - 1)))
    ((pause <= 30)) || pause=30
    CHILD_DUE[$name]=$((SECONDS + pause))
    warn "$name ended (code $code), starts again in $pause s; its log: $LOG_DIR/$name.log"
    if ((CHILD_FAILURES[$name] == 3)); then tail -3 "$LOG_DIR/$name.log" >&2; fi
}

supervise_until_stopped() {
    while true; do
        look_after_children
        tick
    done
}

# Ends everything in the order opposite to its start, and leaves nothing.
supervise_stop() {
    local code=$1
    [ "$STOPPING" = no ] || return 0
    STOPPING=yes
    trap '' INT TERM HUP
    trap - EXIT
    say ""
    step "Stopping"
    end_processes
    rm -rf "$RUN_DIR"
    exec {GUARD_PIPE}>&-
    say "Everything is stopped."
    exit "$code"
}

# SIGTERM to all but Redis, then to Redis; SIGKILL for what is left after 20 s. Only processes in our own records,
# and only if they are still the ones we started.
end_processes() {
    local file others=() last=()
    for file in "$RUN_DIR"/pids/*; do
        [ -e "$file" ] || continue
        if [ "${file##*/}" = redis ]; then last+=("$file"); else others+=("$file"); fi
    done
    end_group "${others[@]}"
    end_group "${last[@]}"
}

end_group() {
    local file pid stamp left deadline=$((SECONDS + 20)) signal=TERM
    for file in "$@"; do signal_recorded "$file" TERM; done
    while true; do
        left=0
        for file in "$@"; do
            read -r pid stamp <"$file" || continue
            if [ "$(start_time "$pid")" = "$stamp" ] && ! is_zombie "$pid"; then left=1; fi
        done
        [ "$left" = 1 ] || return 0
        if ((SECONDS >= deadline)); then
            [ "$signal" = TERM ] || return 0
            signal=KILL deadline=$((SECONDS + 5))
            for file in "$@"; do signal_recorded "$file" KILL; done
        fi
        sleep 0.1
    done
}

is_zombie() { [ "$(awk '{ sub(/.*\) /, ""); print $1 }' "/proc/$1/stat" 2>/dev/null)" = Z ]; }

signal_recorded() {
    local pid stamp
    read -r pid stamp <"$1" || return 0
    [ -z "$stamp" ] || [ "$(start_time "$pid")" != "$stamp" ] || kill "-$2" "$pid" 2>/dev/null || true
}
