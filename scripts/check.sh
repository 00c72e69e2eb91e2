# ./dash check: format and lint.
# shellcheck shell=bash

check_usage() {
    cat <<'TEXT'
./dash check        Fails when a Swift file is not formatted as .swift-format says, or breaks one of its rules,
                    and when a task of a service would not run on the service's own threads.
                    Warns of what a reader should look at: long files, force unwraps in Sources, shell slips.

  --fix             formats the files first
TEXT
}

dash_check() {
    local fix=no
    case "${1:-}" in
        "") ;;
        --fix) fix=yes ;;
        -h | --help)
            check_usage
            return
            ;;
        *) die_usage "check does not know \"$1\"; ./dash check --help" ;;
    esac
    have swift || die "Swift is missing; ./dash doctor says how to get it"
    local files=()
    mapfile -t files < <(swift_files)
    if [ "$fix" = yes ]; then
        step "Formatting ${#files[@]} files"
        swift format format --in-place --parallel "${files[@]}"
    fi
    step "Linting ${#files[@]} Swift files"
    local bad=0
    swift format lint --strict --parallel "${files[@]}" || bad=1
    tasks_on_the_pool "${files[@]}" || bad=1
    warn_of_long_files "${files[@]}"
    warn_of_force "${files[@]}"
    if have shellcheck; then
        shellcheck -x dash scripts/*.sh .ci/run deploy/pack deploy/pack-web deploy/nginx/start || warn "shellcheck has something to say about the scripts"
    fi
    [ "$bad" = 0 ] || die "not formatted, or a rule is broken; ./dash check --fix mends what can be mended"
    say "Format and lint: clean."
}

# Our own files: tracked, or new and not ignored. Without git: all of them.
swift_files() {
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- '*.swift' | while IFS= read -r file; do
            if [ -f "$file" ]; then printf '%s\n' "$file"; fi
        done
    else
        find Package.swift Sources Tests Benchmarks -name '*.swift'
    fi
}

# In the services tasks run on TaskPool and sleep by LoopClock (docs/decisions/0040-threads-of-their-own.md).
tasks_on_the_pool() {
    local found
    found=$(grep -HnE '\bTask(<[^>]*>)?(\.(init|detached|immediate))?( \{|\()|typealias [^=]*= *Task\b|\bglobalConcurrentExecutor\b|\bTask\.sleep\(' "$@" |
        grep '^Sources/' | grep -vE '^Sources/(DemoProvider|Shared/Executors)/|Task\.sleep\(.*clock: \.loop\)' || true)
    [ -z "$found" ] && return
    warn "these leave the service's own threads; TaskPool.task { … } and Task.sleep(…, clock: .loop) do not:"$'\n'"$found"
    return 1
}

warn_of_long_files() {
    local file lines
    for file in "$@"; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 300 ] || warn "$file has $lines lines; one thought a file, about 100"
    done
}

warn_of_force() {
    local found
    found=$(grep -nE '\btry!|\bas!|fatalError\(|\b(TODO|FIXME)\b' "$@" | grep '^Sources/' || true)
    [ -z "$found" ] || warn "not allowed in Sources:"$'\n'"$found"
}
