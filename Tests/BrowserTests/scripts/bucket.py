"""A film that is stored in a bucket (`SEGMENT_DELIVERY=presigned`): the second viewer's player gets it from there."""

import time
import urllib.parse
import urllib.request

from browser import PATIENCE, URL, check, main, pages, session
from watching import complaints, go, open_film, watch

FILM = "vod-1906"
PLAYLIST = f"{URL}/api/hls/{FILM}/360p.m3u8"


def segments():
    """Addresses of all segments, as a new viewer is told them."""
    with urllib.request.urlopen(PLAYLIST, timeout=40) as answer:
        base, text = answer.url, answer.read().decode()
    return [urllib.parse.urljoin(base, line) for line in text.split("\n") if line and not line.startswith("#")]


def leads_to_bucket(address):
    return not address.startswith(URL)


def first_viewer():
    """Watches all of it, by hand; returns what is in the bucket then."""
    for address in segments():
        with urllib.request.urlopen(address, timeout=40) as answer:
            check(len(answer.read()) > 1000, f"{address}: hardly anything")
    deadline = time.monotonic() + PATIENCE / 1000
    while not all(leads_to_bucket(address) for address in segments()):
        check(time.monotonic() < deadline, f"not all of it is stored: {segments()}")
        time.sleep(0.5)
    return segments()


def test():
    stored = first_viewer()
    with pages() as base, session("bucket") as browser:
        duration = open_film(browser, f"{base}/player.html", PLAYLIST)
        for second in [0, int(duration / 2), int(duration) - 4.2]:
            go(browser, second)
            watch(browser, f"from {second} s", second, 360)
        browser.picture("end")
        fetched = {request.url for request in browser.network.requests if ".ts" in request.url}
        check(fetched and fetched <= set(stored), f"fetched from elsewhere: {fetched - set(stored)}")
        check(not complaints(browser), f"{complaints(browser)}")


main(test)
