"""Looking at demo media through `pages/player.html` and `pages/plain.html`."""

from browser import check


def open_film(browser, page, url):
    """Opens a page of ours, and a film in it; returns the film's seconds."""
    browser.page.goto(page)
    browser.until("the page is ready", "() => window.is_ready")
    return browser.page.evaluate("(url) => open_film(url)", url)


def go(browser, second):
    browser.page.evaluate("(second) => go(second)", second)


def watch(browser, what, start, height, late=0.0, before=0.1):
    """It plays from `start` on: two full seconds are seen, white as they must be, and what is between them is dark.

    `late`: seconds that the film's own pictures are late; `before`: seconds before `start` where it may begin.
    """
    seen = browser.page.evaluate("() => watch()")
    check(seen["height"] == height, f"{what}: not {height} lines: {seen}")
    check(seen["dark"] and start - before < seen["dark"][0] < start + 2, f"{what}: begins elsewhere: {seen}")
    for moment in seen["white"]:
        off = (moment - late + 0.5) % 1 - 0.5
        check(abs(off) < 0.05 or moment < 0.1, f"{what}: white at {moment} s: {seen}")


def complaints(browser):
    """What the console says, but for refusals with 503: on a busy machine they are right, and the player asks again."""
    return [line for line in browser.console_errors if "503 (Service Unavailable)" not in line]
