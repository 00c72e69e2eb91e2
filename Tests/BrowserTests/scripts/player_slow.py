"""The web player on slow links, measured; by hand against a running `./dash demo` (timings on a busy machine say nothing):

    ./dash demo --media DIR        with real footage as DIR/live/8.ts: the demo's own pictures are light
    DASH_URL=http://127.0.0.1:3000 .dash/python/bin/python Tests/BrowserTests/scripts/player_slow.py [SECONDS [CHANNEL]]

SECONDS: how long both links are watched, side by side (60; 0: only the first screen and the first picture). CHANNEL: live-8.
With `LIVE_LADDER=720p,480p,360p,240p` the poorer link gets a picture, else sound alone.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from browser import main
from viewer import viewer

# kb/s, latency in ms, what Auto must settle at, and whether it may stop before that, and has to say that the link is poor.
LINKS = [(900, 300, {"360p"}, False), (350, 300, {"240p", "audio"}, True)]
MOVES = "() => { const v = document.querySelector('video'); return v && v.videoHeight > 0 && v.currentTime > 0 && v.readyState >= 3 }"
# Seconds that a change itself may take: the player begins anew.
CHANGE = 8
# Stops of the picture (with the second of the page's life), and everything that the page says.
FOLLOW = """() => {
    window.stops = []; window.said = [];
    document.querySelector('video').addEventListener('waiting', () => stops.push(Math.round(performance.now() / 1000)));
    new MutationObserver(list => list.forEach(one => one.addedNodes.forEach(node => node.matches?.('.toast') && said.push(node.innerText))))
        .observe(document.body, { childList: true, subtree: true });
}"""


def first_screen(channel, pause):
    """On 3G: from the address to titles in sight, and from a touch, so many seconds later, to a moving picture."""
    with viewer("player-slow", width=390, height=844) as one:
        one.throttle(1600, 300)
        begin = time.monotonic()
        one.open("/")
        card = f".card[data-stream={channel}]"
        one.until("card => document.querySelector(card + ' .card-title')", card, what="the channel on the first screen")
        screen = time.monotonic() - begin
        one.page.wait_for_timeout(pause * 1000)
        begin = time.monotonic()
        one.page.locator(card).first.click()
        one.until(MOVES, what="a picture")
        picture, height = time.monotonic() - begin, one.media()["height"]
        print(f"3G (1.6 Mb/s, 300 ms): first screen after {screen:.1f} s (bound 3); "
              f"a touch {pause} s later, moving picture after {picture:.1f} s at {height}p (bound 5)", flush=True)
        return screen <= 3 and picture <= 5 and height == 360


def auto(channel, kilobits, latency, wanted, is_poor, seconds):
    """How Auto does on a poor link: where it settles, and whether the picture stops after the start."""
    with viewer(f"player-slow-{kilobits}", width=390, height=844) as one:
        one.open("/")
        one.page.wait_for_load_state("networkidle")
        one.throttle(kilobits, latency)
        one.go(f"/play/{channel}")
        one.playing()
        one.eval(FOLLOW)
        begin, from_second, seen, settled = time.monotonic(), one.media()["time"], [], 0
        while time.monotonic() - begin < seconds:
            now = one.page.locator("[data-menu=quality]").get_attribute("data-playing")
            if not seen or seen[-1][1] != now:
                seen.append((round(time.monotonic() - begin), now))
                settled = one.eval("performance.now() / 1000")
            one.page.wait_for_timeout(500)
        one.picture("end")
        played = one.media()["time"] - from_second
        stops, said = one.eval("stops"), one.eval("said")
        way = " → ".join(f"{name} ({second} s)" for second, name in seen)
        print(f"{kilobits} kb/s, {latency} ms, {seconds} s, of which {played:.0f} s played: {way}; {len(stops)} stops {stops}; said: {said}", flush=True)
        late = [stop for stop in stops if not is_poor or stop > settled + CHANGE]
        return seen[-1][1] in wanted and not late and (bool(said) or not is_poor)


def test():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    channel = sys.argv[2] if len(sys.argv) > 2 else "live-8"
    results = [first_screen(channel, pause) for pause in (0, 5)]
    if seconds > 0:
        with ThreadPoolExecutor() as side_by_side:
            results += side_by_side.map(lambda link: auto(channel, *link, seconds), LINKS)
    assert all(results), "not within its bounds"


main(test)
