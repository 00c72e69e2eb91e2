"""Films that no browser plays as they are, by Video.js: from the start, from the middle and at the end, in a chosen quality."""

from browser import URL, check, main, pages, session
from watching import complaints, go, open_film, watch

#: Film, what it is, quality, and by how many seconds its pictures are late: AVI knows decoding times only.
FILMS = [
    ("vod-1906", "MKV with HEVC and AC-3", 360, 0),
    ("vod-1907", "AVI with Xvid and MP3", 360, 0.04),
    ("vod-1909", "FLV", 480, 0),
    ("vod-1905", "MP4 with its moov at the end", 720, 0),
]


def film(base, stream, what, height, late):
    with session(f"film-{stream}") as browser:
        playlist = f"{URL}/api/hls/{stream}/{height}p.m3u8"
        duration = open_film(browser, f"{base}/player.html", playlist)
        check(20 < duration < 45, f"{what}: {duration} s long")
        # The last four full seconds are the end: a busy machine does not show every picture.
        for second in [0, int(duration / 2), int(duration) - 4.2]:
            go(browser, second)
            watch(browser, f"{what} from {second} s", second, height, late)
        browser.until(f"{what} ends", "() => has_ended()")
        browser.picture("end")
        check(not complaints(browser), f"{what}: {complaints(browser)}")


def test():
    with pages() as base:
        for each in FILMS:
            film(base, *each)


main(test)
