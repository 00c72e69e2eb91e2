"""Live: plays from a touch on a card, changes quality within one segment, zaps, and every byte is on the meter."""

from browser import main
from viewer import passed, viewer

# Seconds of a segment: after so much played, the new picture must be there.
SEGMENT = 4


def sound_alone(one):
    """A channel of one language without its picture, and back."""
    one.choose("quality", "Audio only")
    one.listening()
    before, begin = len(one.network.requests), one.media()["time"]
    one.until("t => document.querySelector('video').currentTime > t", begin + 2 * SEGMENT, what="two segments of sound")
    segments = [asked.url for asked in one.network.requests[before:] if asked.url.endswith(".ts")]
    assert segments and all("/audio/" in url for url in segments), segments
    one.picture("audio-only")
    one.choose("quality", "360p")
    one.height(360)
    one.playing()
    passed("sound alone, without a byte of pictures, and back")


def loudness(one):
    """It stays as it is from channel to channel, and only what the viewer chose is kept."""
    heard = "() => { const v = document.querySelector('video'); return [v.volume, v.muted, localStorage.dash_volume] }"
    one.eval("() => { const s = document.querySelector('.volume'); s.value = 30; s.dispatchEvent(new Event('input')) }")
    one.page.keyboard.press("m")
    one.until("() => document.querySelector('video').muted")
    place = one.eval("location.hash")
    one.page.keyboard.press("n")
    one.until("place => location.hash !== place", place)
    one.playing()
    assert one.eval(heard) == [0.3, True, "0.3"], one.eval(heard)
    one.page.keyboard.press("m")
    one.page.keyboard.press("p")
    one.until("place => location.hash === place", place)
    one.playing()
    assert one.eval(heard) == [0.3, False, "0.3"], one.eval(heard)
    passed("as loud as before on the next channel")


def paused_for_long():
    """After a minute (here: a second and a half) nothing is loaded any more; Live brings it back."""
    with viewer("player-live", service_workers="block") as one:
        one.page.add_init_script("""const later = window.setTimeout;
            window.setTimeout = (run, ms, ...more) => later(run, ms === 60000 ? 1500 : ms, ...more);""")
        one.open("/#/play/live-8")
        one.playing()
        one.page.keyboard.press("k")
        one.until("() => document.querySelector('video').readyState === 0", what="nothing loaded")
        one.page.mouse.move(200, 200)
        one.page.locator("[data-control=live]").click()
        one.playing()
        one.quiet("404", "504")
        passed("Live after a long pause")


def test():
    paused_for_long()
    # Without the service worker: what that fetches for itself is on the meter, and not in a page's network log.
    with viewer("player-live", service_workers="block") as one:
        one.open()
        one.until("() => document.querySelector('.card[data-stream=live-8]')", what="channel 8 on the first page")
        one.page.locator(".card[data-stream=live-8]").first.click()
        one.playing()
        passed("live plays")
        # Low start: nothing above 360 lines before the link is known.
        first = next(one_of.url for one_of in one.network.requests if "/api/hls/live-8/" in one_of.url and one_of.url.endswith(".ts"))
        assert "/360p/" in first or "/240p/" in first, f"it began with {first}"
        passed("low-data start")

        for lines in (720, 480, 360):
            one.choose("quality", f"{lines}p")
            before = one.media()["time"]
            one.height(lines)
            played = one.media()["time"] - before
            assert played <= SEGMENT + 1, f"{lines}p came after {played:.1f} s of playing"
            label = one.page.locator("[data-menu=quality]").get_attribute("aria-label")
            assert f"{lines}p" in label, label
            one.playing()
        assert one.eval("localStorage.dash_quality_preference") == "360p"
        passed("quality changes within one segment, and the picture has that height")

        sound_alone(one)

        one.page.set_viewport_size({"width": 320, "height": 640})
        one.page.mouse.move(100, 100)
        outside = one.eval("""() => [...document.querySelectorAll('.overlay button, .overlay a, .used')].filter(e => {
            const box = e.getBoundingClientRect(); return box.width > 0 && (box.left < 0 || box.right > innerWidth) }).map(e => e.outerHTML.slice(0, 80))""")
        assert not outside, f"beyond 320 px: {outside}"
        one.picture("narrow")
        one.page.set_viewport_size({"width": 1280, "height": 720})

        one.page.keyboard.press("q")
        notes = one.page.locator(".menu-note").all_inner_texts()
        assert sum("MB/h" in note or "GB/h" in note for note in notes) >= 3, notes
        one.picture("quality-menu")
        one.page.keyboard.press("Escape")

        one.page.keyboard.press("n")
        one.until("() => location.hash !== '#/play/live-8'")
        one.playing()
        assert one.media()["height"] == 360, "the choice is not kept from channel to channel"
        one.page.keyboard.press("p")
        one.until("() => location.hash === '#/play/live-8'")
        one.playing()
        passed("next and previous channel")

        loudness(one)

        # Everything that was asked for has come when nothing more does for as long as the meter takes to write it down.
        one.page.keyboard.press("Escape")
        one.until("() => document.querySelector('.shelf')")
        one.page.wait_for_load_state("networkidle")
        total = -1
        while total != one.network.bytes:
            total = one.network.bytes
            one.page.wait_for_timeout(1500)
        counted = int(one.page.locator("#meter").get_attribute("data-bytes"))
        assert abs(counted / total - 1) <= 0.05, f"the meter says {counted}, the network log {total}"
        passed(f"data meter: {counted} of {total} bytes ({(counted / total - 1) * 100:+.1f} %)")
        # A channel may be slow to start on a busy machine: the page says so and tries again.
        one.quiet("404", "504")


main(test)
