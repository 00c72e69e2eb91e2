"""Every failure in words, with something to do: whichever code the API says, and whichever it may say one day."""

import json
import re

from browser import main
from viewer import passed, viewer

# A code, and what the viewer must be able to do about it ("Trying again in 9 s" is a button, too).
CODES = {
    "no_free_connection": "^Try", "provider_limit": "^Try", "channel_offline": "^Try", "not_media": "^Try", "busy": "^Try",
    "no_worker": "^Try", "start_timeout": "^Try", "provider_slow": "^Try", "film_unavailable": "^Back", "film_damaged": "^Back",
    "coordination_unavailable": "^Try", "worker_overloaded": "^Try", "provider_refused": "^Back", "stopped_by_operator": "^Try", "a_code_of_tomorrow": "^Try",
}


def test():
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
            titles.add(one.page.inner_text(".failure h1"))
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


main(test)
