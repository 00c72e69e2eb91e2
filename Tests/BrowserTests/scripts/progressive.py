"""Films that no browser plays, as one MP4 made on the way, in a plain video element: from the start, and from `start=`."""

from browser import URL, check, main, pages, session
from watching import complaints, open_film, watch

#: Film, what it is, quality, and by how many seconds its pictures are late: AVI knows decoding times only, and an MP4 that is
#: made on the way begins two pictures late, sound and all.
FILMS = [("vod-1906", "MKV with HEVC and AC-3", 360, 0.08), ("vod-1907", "AVI with Xvid and MP3", 480, 0.12)]


def address(film, height, start):
    kind, number = film.split("-")
    return f"{URL}/api/stream/{kind}/{number}?format=mp4&quality={height}p&start={start}"


def test():
    with pages() as base:
        for film, what, height, late in FILMS:
            for start in [0, 15]:
                with session(f"progressive-{film}-{start}") as browser:
                    open_film(browser, f"{base}/plain.html", address(film, height, start))
                    # It begins with the segment that is shown then.
                    watch(browser, f"{what} from {start} s", start, height, late, before=4)
                    check(not complaints(browser), f"{what}: {complaints(browser)}")


main(test)
