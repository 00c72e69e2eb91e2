"""Without a mouse: from the first page to a playing channel, through its menus and back; and with arrows, as on a television."""

from browser import main
from viewer import passed, viewer

FOCUSED = "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.textContent || e.tagName).trim().slice(0, 60) }"
RING = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"


def test():
    with viewer("player-keyboard") as one:
        press = one.page.keyboard.press
        one.open()
        one.until("() => document.querySelector('.card[data-stream]')")
        press("Tab")
        assert one.eval(FOCUSED) == "Skip to content" and one.eval(RING)
        press("Enter")
        assert one.eval("document.activeElement.id") == "content"
        for _ in range(3):
            press("Tab")
            assert one.eval(RING), f"no ring on {one.eval(FOCUSED)}"
        for _ in range(12):
            if one.eval("document.activeElement.matches('.card')"):
                break
            press("ArrowDown")
        assert one.eval("document.activeElement.matches('.card')"), one.eval(FOCUSED)
        first = one.eval(FOCUSED)
        press("ArrowRight")
        assert one.eval("document.activeElement.matches('.card')") and one.eval(FOCUSED) != first
        press("ArrowLeft")
        assert one.eval(FOCUSED) == first
        passed("arrows and Tab go through the first page")

        one.go("/live")
        one.until("() => document.querySelector('.grid .card[data-stream=live-8]')")
        assert one.eval("document.activeElement.tagName") == "H1", "a new page takes the focus to its heading"
        one.eval("document.querySelector('.card[data-stream=live-8]').focus()")
        press("Enter")
        one.playing()
        press("q")
        one.until("() => document.activeElement.getAttribute('role') === 'menuitemradio'")
        press("End")
        press("Enter")
        one.until("() => document.activeElement.dataset.menu === 'quality'", what="the focus back on the button")
        # The last quality is sound alone.
        one.listening()
        press("k")
        one.until("() => document.querySelector('video').paused")
        press("k")
        one.until("() => !document.querySelector('video').paused")
        press("m")
        one.until("() => document.querySelector('video').muted")
        press("m")
        press("f")
        one.until("() => document.fullscreenElement !== null")
        press("f")
        one.until("() => document.fullscreenElement === null")
        # A remote control: one button brings the controls, arrows go through them.
        one.eval("document.activeElement.blur()")
        press("Enter")
        assert one.eval("document.activeElement.dataset.control") == "play", one.eval(FOCUSED)
        for _ in range(8):
            if one.eval("document.activeElement.dataset.menu") == "quality":
                break
            press("ArrowRight")
        assert one.eval("document.activeElement.dataset.menu") == "quality", one.eval(FOCUSED)
        press("Escape")
        one.until("() => location.hash === '#/live'", what="back on the list")
        one.quiet("404")
        passed("plays, pauses, mutes, fills the screen, changes quality and leaves by keys alone")


main(test)
