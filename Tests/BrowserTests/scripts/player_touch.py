"""With a thumb: taps bring the controls and take them away, all of them fit on a narrow screen, and no lines come that it cannot show."""

from browser import main
from viewer import passed, viewer

ASLEEP = "() => document.querySelector('.stage').classList.contains('asleep')"
# Above the buttons in the middle.
PICTURE = (190, 160)
# Milliseconds after which another tap is not a double one.
APART = 600

# With a time as long films have it, and a name of the quality: what is beyond the screen, or narrower than a thumb.
CUT = """name => { document.querySelector('.time').textContent = '1:42:30 / 2:10:45';
    document.querySelector('[data-menu=quality]').dataset.label = name;
    return [...document.querySelectorAll('.overlay button, .seek, .time, .used')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > innerWidth || box.bottom > innerHeight || e.matches('button') && box.width < 44)
    }).map(e => e.outerHTML.slice(0, 80)) }"""


def phone(width=390, height=844):
    return viewer("player-touch", width=width, height=height, has_touch=True, is_mobile=True)


def taps():
    with phone() as one:
        one.open("/#/play/live-8")
        one.playing()
        assert one.eval("matchMedia('(pointer: coarse)').matches"), "this is no touch screen"
        one.until(ASLEEP, what="the controls gone by themselves")
        for is_asleep in (False, True, False):
            one.page.touchscreen.tap(*PICTURE)
            one.page.wait_for_timeout(APART)
            assert one.eval(ASLEEP) == is_asleep, f"a tap did not {'take the controls away' if is_asleep else 'bring the controls'}"
        assert not one.media()["paused"], "a tap on the picture paused it"
        one.page.locator("[data-control=mute]").tap()
        one.until("() => document.querySelector('video').muted", what="no sound after a tap on its button")
        assert not one.eval(ASLEEP), "a button took the controls away"
        one.quiet("404")
        passed("taps show and hide the controls")


def lines():
    """Upright the width is the limit, on the first channel and on the next."""
    with phone() as one:
        one.open()
        one.eval("() => { localStorage.dash_link_speed = JSON.stringify({ bits: 50e6, at: Date.now() }) }")
        one.open("/#/play/live-8")
        for channel in ("first", "next"):
            one.playing()
            begin = one.media()["time"]
            one.until("t => document.querySelector('video').currentTime > t + 5", begin, what="two segments")
            height = one.media()["height"]
            assert height == 360, f"{height} lines on a screen that shows 219, on the {channel} channel"
            if channel == "first":
                one.page.keyboard.press("n")
                one.until("() => location.hash !== '#/play/live-8'")
        one.quiet("404")
        passed("in portrait no more lines than can be seen")


def narrow():
    """A film with two languages and subtitles, at 320 px."""
    with phone(320, 640) as one:
        one.open("/#/play/vod-1922")
        one.playing()
        for menu in ("audio", "subtitles"):
            one.until("m => !document.querySelector(`[data-menu=${m}]`).hidden", menu)
        for quality in ("1080p", "Audio only"):
            cut = one.eval(CUT, quality)
            assert not cut, f"at 320 px, {quality}: {cut}"
            lines = one.eval("new Set([...document.querySelectorAll('.buttons > button')].map(e => Math.round(e.getBoundingClientRect().top))).size")
            assert lines == 1, f"at 320 px, {quality}: the buttons take {lines} lines"
            one.picture(f"narrow-{quality.split()[0]}")
        one.quiet("404")
        passed("every control at 320 px")


def test():
    for part in (taps, lines, narrow):
        part()


main(test)
