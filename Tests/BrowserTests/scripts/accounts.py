"""ACCESS=viewers in the browser: signing in, and what the operator's page shows and does meanwhile."""

import re

from browser import URL, main, operator
from viewer import passed, viewer

NAME, PASSWORD = "adwoa", "sunrise-4711"
ROW = "() => [...document.querySelectorAll('#streams tbody tr')].find(row => row.cells[0].textContent === 'live-8')?.innerText ?? ''"


def signs_in(one):
    one.open("/#/play/live-8")
    one.until("() => location.hash === '#/sign-in' && document.querySelector('input[type=password]')", what="the sign-in page")
    one.picture("sign-in")
    one.page.get_by_label("Name").fill(NAME)
    one.page.locator("#password").fill("not the password")
    one.page.keyboard.press("Enter")
    one.until("() => document.querySelector('.wrong').textContent !== ''", what="words about the wrong password")
    words = one.page.inner_text(".wrong")
    assert "password" in words.lower(), words
    assert one.eval("document.activeElement.id") == "password" and one.page.locator("#password").input_value() == ""
    one.picture("wrong-password")
    passed(f"a wrong password is told: {words}")
    one.page.locator("#password").fill(PASSWORD)
    one.page.keyboard.press("Enter")
    one.until("() => location.hash !== '#/sign-in'", what="the page after signing in")
    cookie = next(one for one in one.context.cookies(URL) if "dash_login" in one["name"])
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
    assert not one.eval("document.cookie") and "dash_login" not in one.eval("JSON.stringify({ ...localStorage, ...sessionStorage })")
    one.open("/#/play/live-8")
    one.playing()
    passed("signed in, a channel plays; no script sees the cookie")


def operates(one, page):
    """`page`: the operator's, beside the viewer `one`."""
    errors = []
    page.on("console", lambda line: line.type == "error" and errors.append(line.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())

    def until(condition, what):
        for _ in range(800):
            if value := page.evaluate(condition):
                return value
            page.wait_for_timeout(50)
        raise AssertionError(f"{what}: {page.inner_text('body')[:800]}")

    page.goto(URL + "/admin")
    page.fill("#key", "not the key")
    page.keyboard.press("Enter")
    until("() => document.getElementById('refusal').textContent !== ''", "words about the wrong key")
    assert page.locator("#board").is_hidden() and page.evaluate("sessionStorage.length") == 0
    keep(page, "key")
    page.fill("#key", operator.key)
    page.keyboard.press("Enter")
    until("() => !document.getElementById('board').hidden", "the board")
    assert page.locator("#enter").is_hidden(), "the key is asked for still"
    until(f"() => /ready/.test(({ROW})())", "channel 8 on the board")
    cells = page.evaluate("() => [...document.querySelectorAll('#streams tbody tr')].find(r => r.cells[0].textContent === 'live-8').cells[2].textContent")
    assert cells == "1", f"viewers: {cells}"
    for width, height in [(1280, 900), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width} px: sideways"
        keep(page, f"board-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    passed("the operator's page shows who plays what")

    page.get_by_role("button", name="New token: live-8").click()
    until("() => document.getElementById('done').textContent === 'live-8 connects anew.'", "the answer about the token")
    one.playing()
    passed("a new token, and the channel goes on")
    page.get_by_role("button", name="Stop: live-8").click()
    until("() => document.getElementById('done').textContent === 'live-8 is stopped.'", "the answer about the stop")
    until(f"() => !/ready/.test(({ROW})())", "channel 8 off the board")
    keep(page, "stopped")
    one.until("() => document.querySelector('.failure')?.dataset.code === 'stopped_by_operator'", seconds=60, what="words for the viewer")
    one.picture("stopped")
    passed("a stop, and the viewer is told")

    # What comes from outside stays text here, too.
    evil = "<img src=x onerror=\"window.owned=1\">"
    page.route("**/api/admin/events", lambda route: route.fulfill(content_type="text/event-stream", body=overview(evil)))
    page.reload()
    until("() => document.body.textContent.includes('onerror=')", "the titles as text")
    assert page.evaluate("window.owned === undefined && document.querySelectorAll('#board img, #board script').length === 0")
    page.get_by_role("button", name="Forget key").click()
    assert page.locator("#board").is_hidden() and page.evaluate("sessionStorage.length") == 0
    # The wrong key, and the player's own questions about a stream that was stopped.
    rest = [line for line in errors if not re.search(r"\b(401|403)\b", line)]
    assert not rest, rest
    passed("titles that are scripts stay titles")


def overview(text):
    from json import dumps
    figures = {"bytes": 1, "views": 1}
    return "event: overview\ndata: " + dumps({
        "gateway": text, "timestamp": "2026-11-26T00:00:00Z", "access": text,
        "streams": [{"stream": text, "state": text, "reason": {"code": text, "message": text}, "viewers": 1, "encoding": [text],
                     "source": text, "sourceState": text, "owner": text}],
        "workers": [{"service": text, "instance": text, "streams": [text]}], "queues": {text: 1}, "errors": {text: 1},
        "slots": {"reserved": 1, "limit": 1, "providerActive": 1, "providerMaximum": 1, "account": text},
        "bandwidth": {"top": [{"stream": text, "bytes": 1}], "today": figures, "month": figures,
                      "bill": {"cost": 1, "usedShare": 0, "freeGigabytes": 1, "projectedCost": 1},
                      "cache": {"hitRate": 0, "hits": 0, "segments": 0}, "saved": {"cache": {"bytes": 0}}},
        "starts": {"count": 0}, "days": [{"day": text, "bytes": 1}],
    }) + "\n\n"


def keep(page, what):
    from browser import SCREENSHOTS
    page.screenshot(path=SCREENSHOTS / f"admin-{what}.png", full_page=True)


def test():
    operator.add_viewer(NAME, PASSWORD)
    with viewer("accounts") as one:
        signs_in(one)
        operates(one, one.context.new_page())
        one.quiet("401", "404", "503")


main(test)
