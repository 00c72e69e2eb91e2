"""The web player on slow links, measured; by hand against a running `./dash demo` (timings on a busy machine say nothing):

    DASH_URL=http://127.0.0.1:3000 .dash/python/bin/python Tests/BrowserTests/scripts/player_slow.py [SECONDS]

SECONDS: how long each link is watched (60).
"""

import sys
import time

from browser import main
from viewer import viewer

# Name, kb/s, latency in ms; what Auto must settle at.
LINKS = [("900 kb/s", 900, 300, {"360p"}), ("350 kb/s", 350, 300, {"240p", "360p", "audio"})]


def first_screen():
    """On 3G: from the address to titles in sight, and from a touch to a moving picture."""
    with viewer("player-slow", width=390, height=844) as one:
        one.throttle(1600, 300)
        begin = time.monotonic()
        one.open("/")
        one.until("() => document.querySelector('.card[data-stream=live-8] .card-title')", what="channel 8 on the first screen")
        print(f"3G (1.6 Mb/s, 300 ms): first screen after {time.monotonic() - begin:.1f} s (bound 3)")
        begin = time.monotonic()
        one.page.locator(".card[data-stream=live-8]").first.click()
        one.until("() => { const v = document.querySelector('video'); return v && v.videoHeight > 0 && v.currentTime > 0 && v.readyState >= 3 }", what="a picture")
        print(f"3G: click to moving picture after {time.monotonic() - begin:.1f} s at {one.media()['height']}p (bound 5)")


def auto(name, kilobits, latency, wanted, seconds):
    """How Auto does on a poor link: where it settles, and whether the picture stops after the start."""
    with viewer("player-slow", width=390, height=844) as one:
        one.open("/")
        one.throttle(kilobits, latency)
        one.go("/play/live-8")
        one.playing()
        one.eval("""() => { window.stalls = 0; document.querySelector('video').addEventListener('waiting', () => { window.stalls += 1 }) }""")
        begin, seen = time.monotonic(), []
        while time.monotonic() - begin < seconds:
            now = one.page.locator("[data-menu=quality]").get_attribute("data-playing")
            if not seen or seen[-1] != now:
                seen.append(now)
            one.page.wait_for_timeout(500)
        print(f"{name}, {latency} ms, {seconds} s: {' → '.join(seen)}, {one.eval('window.stalls')} stops")
        assert seen[-1] in wanted, f"settled at {seen[-1]}, wanted {wanted}"


def test():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    first_screen()
    for name, kilobits, latency, wanted in LINKS:
        auto(name, kilobits, latency, wanted, seconds)


main(test)
