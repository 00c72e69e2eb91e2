"""A browser-ready MP4 through the gateway: its viewer seeks after the provider's address for it has expired."""

from browser import URL, check, control, main, pages, session
from watching import complaints, go, open_film, watch

FILM = "vod-1"


def test():
    with pages() as base, session("proxied") as browser:
        duration = open_film(browser, f"{base}/plain.html", f"{URL}/api/stream/vod/1?extension=mp4")
        check(duration > 500, f"{duration} s long")
        watch(browser, "the start", 0, 720)
        before = control("films")[FILM]
        # Every address is worth nothing from now on, and the connection is gone.
        control("fault", kind="expire_tokens")
        control("fault", kind="drop", stream=FILM)
        for second in [400, 200, int(duration) - 3.2]:
            go(browser, second)
            watch(browser, f"second {second}, after the address has expired", second, 720)
        browser.picture("end")
        after = control("films")[FILM]
        check(after["opened"] > before["opened"], f"nothing new was asked of the provider: {before}, {after}")
        check(after["peak"] == 1, f"more than one reader at once: {after}")
        answers = browser.network.matching("/api/stream/vod/1")
        check(all(answer.status == 206 for answer in answers if answer.status), f"not by ranges: {answers}")
        check(not complaints(browser), f"{complaints(browser)}")


main(test)
