"""Every failure in words, with something to do: whichever code the API says, and whichever it may say one day."""

import json
import re

from browser import main
from viewer import passed, viewer

# A code, and what the viewer must be able to do about it ("Trying again in 9 s" is a button, too).
CODES = {
    "no_free_connection": "^Try", "provider_limit": "^Try", "channel_offline": "^Try", "not_media": "^Try", "busy": "^Try",
    "no_worker": "^Try", "start_timeout": "^Try", "provider_slow": "^Try", "film_unavailable": "^Back", "film_damaged": "^Back",
    "provider_slate": "^Try", "source_stalled": "^Try", "catalog_loading": "^Try", "poison": "^Try", "viewer_left": "^Try",
    "coordination_unavailable": "^Try", "worker_overloaded": "^Try", "provider_refused": "^Back", "stopped_by_operator": "^Try", "a_code_of_tomorrow": "^Try",
}
UNKNOWN = {"viewer_left", "a_code_of_tomorrow"}
#: What films say, in words that are not a channel's.
OF_FILMS = ["not_media", "no_video", "poison", "empty_file", "truncated", "encrypted", "unsupported_codec", "source_changed", "provider_closed",
            "provider_bad_range", "not_seekable", "film_unavailable"]

# A browser without `AbortSignal.any` and `.timeout`, whose patience of 25 s is 1.5 s.
OLD_PHONE = """delete AbortSignal.any; delete AbortSignal.timeout;
    const later = window.setTimeout;
    window.setTimeout = (run, ms, ...more) => later(run, ms === 25000 ? 1500 : ms, ...more);"""


def films():
    with viewer("player-failures", service_workers="block") as one:
        state = {"code": ""}
        one.page.route("**/api/stream/**", lambda route: route.fulfill(status=502, content_type="application/json", body=json.dumps(
            {"success": False, "error": "x", "code": state["code"], "requestId": "request-1"})))
        for code in OF_FILMS:
            state["code"] = code
            one.open("/#/play/vod-1922")
            one.until("c => document.querySelector('.failure')?.dataset.code === c", code)
            words = one.page.inner_text(".failure").replace(code, "")
            assert "went wrong" not in words and "channel" not in words.lower(), (code, words)
        one.quiet("502")
        passed(f"{len(OF_FILMS)} codes of films in words")


def by_arrows():
    """A remote control at a failure: arrows and Enter are for its buttons."""
    with viewer("player-failures", service_workers="block") as one:
        one.page.route("**/api/live/**", lambda route: route.fulfill(status=503, content_type="application/json", body=json.dumps(
            {"success": False, "error": "x", "code": "channel_offline", "requestId": "request-1"})))
        one.open("/#/play/live-8")
        one.until("() => document.activeElement.matches('.failure h1')", what="the focus on the words")
        focused = "document.activeElement.closest('.failure') && document.activeElement.textContent"
        one.page.keyboard.press("Enter")
        assert one.eval(focused) == "Try again", one.eval(focused)
        one.page.keyboard.press("ArrowRight")
        assert one.eval(focused) == "Back", one.eval(focused)
        one.page.keyboard.press("ArrowDown")
        assert one.eval("location.hash") == "#/play/live-8", "an arrow changed the channel behind the failure"
        one.page.keyboard.press("n")
        one.until("() => location.hash !== '#/play/live-8'", what="another channel by N")
        one.quiet("503")
        passed("failures by arrows")


def deadlines():
    """Who never answers is not waited for, whatever the browser can do."""
    with viewer("player-failures", service_workers="block") as one:
        one.page.add_init_script(OLD_PHONE)
        one.open()
        one.until("() => document.querySelector('.card[data-stream=live-8]')", what="a first page in an old browser")
        one.page.route("**/api/hls/**", lambda route: None)
        one.go("/play/live-8")
        one.until("() => document.querySelector('.failure')?.dataset.code === 'unreachable'", what="words about a playlist that does not come")
        one.page.route("**/api/catalog/**", lambda route: None)
        one.open()
        one.until("() => document.querySelector('.failure')?.dataset.code === 'unreachable'", what="words about lists that do not come")
        passed("everything has a deadline")


def codes():
    with viewer("player-failures", width=390, height=844, service_workers="block") as one:
        state = {"code": ""}
        refuse = lambda route: route.fulfill(status=503, content_type="application/json", headers={"Retry-After": "20"}, body=json.dumps(
            {"success": False, "error": "x", "code": state["code"], "requestId": "request-1"}))
        one.page.route("**/api/live/**", refuse)
        titles = set()
        one.open("/#/search")
        for code, action in CODES.items():
            state["code"] = code
            one.go("/search")
            one.until("() => document.querySelector('.search')")
            one.go("/play/live-8")
            one.until("c => document.querySelector('.failure')?.dataset.code === c", code)
            words = one.page.inner_text(".failure")
            assert one.page.locator(".failure").get_by_role("button", name=re.compile(action)).count() == 1, (code, words)
            assert code in words and "request-1" in words, words
            heading = one.page.inner_text(".failure h1")
            assert (heading == "Something went wrong") == (code in UNKNOWN), (code, heading)
            titles.add(heading)
            assert one.eval("document.activeElement.closest('.failure') !== null"), "the focus is not where the words are"
        assert len(titles) >= 9, titles
        one.picture("words")
        # It heals: the button says when, and it starts by itself.
        state["code"] = "coordination_unavailable"
        one.open("/#/play/live-8")
        one.until("() => /in \\d+ s/.test(document.querySelector('.failure')?.innerText ?? '')", what="a countdown")
        # Not signed in: the way to sign in.
        state["code"] = "login_required"
        one.open("/#/play/live-8")
        one.until("() => location.hash === '#/sign-in' && document.querySelector('input[type=password]')", what="the sign-in page")
        one.quiet("503")
        passed(f"{len(CODES)} codes in words")


def test():
    for part in (codes, films, by_arrows, deadlines):
        part()


main(test)
