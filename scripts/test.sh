# ./dash test: builds and runs the tests, and counts.
# shellcheck shell=bash

test_usage() {
    cat <<'TEXT'
./dash test [WHAT…] [OPTION…]   Installs what is missing, builds, tests. The last line says how many passed.

  unit            parts by themselves: shared ground, media, engine, demo provider
  integration     services with a real Redis and real sockets
  e2e             the whole system as processes: viewers, faults, kills
  browser         the web player in a real browser
  all             all of them, in this order (default)
  chaos           apart from the others: every part killed, frozen, cut and slowed under load; options:
                  --minutes N (20), --seed N (printed), --longest-silence SECONDS (60)
  debian13        apart, too, and only by root: builds and runs the unit tests in a Debian 13 of its own (debootstrap), for
                  FFmpeg 7.1 and hiredis 1.2; takes a build from nothing the first time

  --filter REGEX  only tests whose name matches (as `swift test --filter`)
  --no-build      take what is built

The whole output is in .dash/test.log.
TEXT
}

# Each target is a run of its own: what fills the cores in one must not look like a hang in another.
# Tests of the film engine work synchronously on all threads that tests have, so nothing may wait beside them.
UNIT=(SharedTests DemoProviderTests TranscoderTests FilmEngineTests)
INTEGRATION=(SegmentStoreTests TokenServiceTests GatewayTests IntegrationTests)
E2E=(EndToEndTests)
BROWSER=(BrowserTests)

# Of what a failure says in the lines below it, so much is shown; all of it is in the log.
DETAIL_LINES=30
DETAIL_WIDTH=400

dash_test() {
    if [ "${1:-}" = chaos ]; then
        shift
        test_chaos "$@"
        return
    fi
    if [ "${1:-}" = debian13 ]; then
        # shellcheck source=scripts/setup.sh
        . "$ROOT/scripts/setup.sh"
        # shellcheck source=scripts/debian13.sh
        . "$ROOT/scripts/debian13.sh"
        shift
        test_debian13 "$@"
        return
    fi
    local what=() filter='' build=yes
    [ -z "${DASH_NO_BUILD:-}" ] || build=no
    while [ $# -gt 0 ]; do
        case "$1" in
            unit | integration | e2e | browser) what+=("$1") ;;
            all) what=(unit integration e2e browser) ;;
            --filter)
                [ $# -ge 2 ] || die_usage "--filter needs a name or regular expression"
                filter=$2
                shift
                ;;
            --no-build) build=no ;;
            -h | --help)
                test_usage
                return
                ;;
            *) die_usage "test does not know \"$1\"; ./dash test --help" ;;
        esac
        shift
    done
    [ ${#what[@]} -gt 0 ] || what=(unit integration e2e browser)
    if [ "$build" = yes ]; then
        # shellcheck source=scripts/setup.sh
        . "$ROOT/scripts/setup.sh"
        install_packages
        install_python_packages
        install_web_assets
        install_test_players
        build_everything tests
    fi
    run_suites "$filter" "${what[@]}"
}

# Ends with 1 if an invariant broke. --no-build comes first.
test_chaos() {
    # shellcheck source=scripts/setup.sh
    . "$ROOT/scripts/setup.sh"
    if [ "${1:-}" = --no-build ]; then
        shift
    elif [ -z "${DASH_NO_BUILD:-}" ] && ! is_answered_by "$BIN_DIR/DashBench" "$@"; then
        install_packages
        build_everything
    fi
    exec "$BIN_DIR/DashBench" chaos "$@"
}

run_suites() {
    local filter=$1
    shift
    mkdir -p "$STATE_DIR"
    TEST_LOG=$STATE_DIR/test.log
    : >"$TEST_LOG"
    PASSED=0 FAILED=0 SKIPPED=0
    local broken=0 begin=$SECONDS kind
    if [ -n "$filter" ]; then
        run_suite "matching $filter" "$filter" || broken=1
    else
        for kind in "$@"; do
            case "$kind" in
                unit) run_targets "${UNIT[@]}" || broken=1 ;;
                integration) run_targets "${INTEGRATION[@]}" || broken=1 ;;
                # One test at a time: each of them wants the whole machine.
                e2e) run_targets --no-parallel "${E2E[@]}" || broken=1 ;;
                browser) run_targets --no-parallel "${BROWSER[@]}" || broken=1 ;;
            esac
        done
    fi
    say "Took $((SECONDS - begin)) s; the whole output is in $TEST_LOG"
    if [ "$broken" = 1 ] && [ "$FAILED" = 0 ]; then FAILED=1; fi
    local skipped=''
    [ "$SKIPPED" = 0 ] || skipped=", $SKIPPED skipped"
    say "$PASSED passed, $FAILED failed$skipped"
    [ "$FAILED" = 0 ]
}

# run_targets [OPTION] TARGET…
run_targets() {
    local options=() target broken=0
    if [[ $1 == --* ]]; then
        options=("$1")
        shift
    fi
    for target in "$@"; do
        if [ -d "Tests/$target" ]; then
            run_suite "$target" "^$target\\." "${options[@]}" || broken=1
        else
            say "${DIM}    there are no $target yet${PLAIN}"
        fi
    done
    return "$broken"
}

# Runs one group of tests and adds to the counts. A test that began and never ended (a crash) has failed.
run_suite() {
    local name=$1 filter=$2 log=$STATE_DIR/test-part.log code=0
    shift 2
    step "Tests: $name"
    local command=(swift test)
    if [ -n "${DASH_BUILD_DIR:-}" ]; then command+=(--scratch-path "$ROOT/.build"); else command+=("${BUILD_FLAGS[@]}"); fi
    "${command[@]}" --skip-build --disable-xctest --filter "$filter" "$@" 2>&1 | tee "$log" | test_progress || code=$?
    cat "$log" >>"$TEST_LOG"
    local passed failed skipped started
    passed=$(count_tests "$log" 'passed after')
    failed=$(count_tests "$log" 'failed after')
    skipped=$(count_tests "$log" 'skipped')
    started=$(count_tests "$log" 'started\.')
    local lost=$((started - passed - failed - skipped))
    if ! grep -q 'Test run with' "$log"; then
        warn "the test process ended before its time"
        tail -20 "$log" >&2
        code=1
        ((lost <= 0)) || failed=$((failed + lost))
    fi
    rm -f "$log"
    PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    say "    $name: $passed passed, $failed failed"
    return "$code"
}

# Lines of Swift Testing that tell of one test (not of a case, a suite or the run) in a state.
count_tests() { grep -cE "^[^[:alnum:]]*Test [^ ].*$2" <(grep -vE '^[^[:alnum:]]*Test (run|case) ' "$1") || true; }

# Failures at once with what the test says of them, suites as they end, and a sign of life every 20 seconds.
test_progress() {
    local line last=$SECONDS count=0 details=0
    while IFS= read -r line; do
        case "$line" in
            *' recorded an issue '* | *'Fatal error'*)
                say "    ${RED}$line${PLAIN}"
                details=$DETAIL_LINES
                continue
                ;;
            *' failed after '* | *'error:'*) say "    ${RED}$line${PLAIN}" ;;
            *'Suite '*' passed after '*) say "    $line" ;;
            *' passed after '*) count=$((count + 1)) ;;
            '◇ '* | '✔ '* | '✘ '* | '➜ '*) ;;
            *)
                ((details > 0)) || continue
                details=$((details - 1))
                say "      ${line:0:$DETAIL_WIDTH}"
                continue
                ;;
        esac
        details=0
        if ((SECONDS - last >= 20)); then
            last=$SECONDS
            say "    … $count tests have passed so far"
        fi
    done
}
