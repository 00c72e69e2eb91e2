"""Channels that are not among the first of the catalog: they keep their names, and next and previous work on them, too."""

import json

from browser import URL, main
from viewer import passed, viewer

FIRST = [{"id": n, "streamId": f"live-{n}", "name": f"First {n}", "number": n, "categoryId": "1"} for n in (1, 2, 3)]
FAR = [{"id": n, "streamId": f"live-{n}", "name": f"Far {n}", "number": n, "categoryId": "1"} for n in (900, 901)]
TITLE = "words => document.querySelector('.player-title')?.textContent === words"
RECENT = "() => JSON.parse(localStorage.dash_channels).map(one => [one.streamId, one.name])"


def answer(route, is_away):
    path = route.request.url.removeprefix(URL)
    if path.startswith("/api/catalog/") and not is_away:
        items = [] if "/catalog/live" not in path else FAR if "search=" in path else FIRST
        body = {"success": True, "items": items, "page": 1, "limit": 50, "total": len(items), "pages": 1}
        return route.fulfill(status=200, content_type="application/json", body=json.dumps(body))
    error = {"success": False, "error": "x", "code": "channel_offline", "requestId": "request-1"}
    return route.fulfill(status=503, content_type="application/json", body=json.dumps(error))


def new_tab(one, place):
    """A tab knows nothing of where the viewer came from."""
    one.eval("sessionStorage.clear()")
    one.open(place)


def test():
    with viewer("player-channels", service_workers="block") as one:
        state = {"is_away": False}
        one.page.route("**/api/**", lambda route: answer(route, state["is_away"]))
        one.open("/#/search?q=far")
        one.page.locator(".card[data-stream=live-900]").click()
        one.until(TITLE, "Far 900", what="the name of a channel that was found")
        one.until("() => document.querySelector('.failure')")
        one.page.keyboard.press("n")
        one.until(TITLE, "Far 901", what="the next channel that was found")
        passed("from the search: name, and next")

        new_tab(one, "/#/play/live-900")
        one.until(TITLE, "Far 900", what="the name of a channel that was watched")
        one.until("() => document.querySelector('.failure')")
        one.page.keyboard.press("n")
        one.until(TITLE, "First 1", what="the catalog behind it")
        passed("in a new tab: name, and next")

        state["is_away"] = True
        new_tab(one, "/#/play/live-900")
        one.until(TITLE, "Far 900", what="the name without a catalog")
        one.until("() => document.querySelector('.failure')")
        known = dict(one.eval(RECENT))
        assert known["live-900"] == "Far 900" and known["live-901"] == "Far 901", known
        one.quiet("503")
        passed("without the catalog: a known name stays")


main(test)
