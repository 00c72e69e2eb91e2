"""Without a mouse: from the first page to a playing channel, through its menus and back; and with arrows, as on a television."""

from browser import main
from viewer import passed, viewer

FOCUSED = "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.textContent || e.tagName).trim().slice(0, 60) }"
RING = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"


def in_the_players_room():
    """Opened by Enter: arrows change the channel at once, controls go by themselves, and an open menu keeps the focus."""
    with viewer("player-keyboard", service_workers="block") as one:
        press = one.page.keyboard.press
        held = []
        one.page.route("**/api/epg/**", lambda route: held.append(route))
        one.open("/#/live")
        one.until("() => document.querySelector('.grid .card[data-stream=live-8]')")
        one.eval("document.querySelector('.card[data-stream=live-8]').focus()")
        press("Enter")
        one.playing()
        press("q")
        one.until("() => document.activeElement.getAttribute('role') === 'menuitemradio'")
        for route in held:
            route.continue_()
        one.page.unroute("**/api/epg/**")
        one.page.wait_for_timeout(500)
        assert one.eval("document.activeElement.getAttribute('role')") == "menuitemradio", f"the guide took the focus to {one.eval(FOCUSED)}"
        press("Escape")
        passed("a menu keeps the focus when the guide comes late")

        press("Escape")
        one.until("() => location.hash.startsWith('#/live')")
        one.until("() => document.querySelector('.grid .card[data-stream=live-8]')")
        one.eval("document.querySelector('.card[data-stream=live-8]').focus()")
        press("Enter")
        one.until("() => document.activeElement.matches('.player-title')", what="the focus on the title")
        press("ArrowDown")
        one.until("() => location.hash !== '#/play/live-8'", what="another channel")
        one.playing()
        press("Enter")
        assert one.eval("document.activeElement.dataset.control") == "play", one.eval(FOCUSED)
        one.until("() => document.querySelector('.asleep') && document.activeElement === document.body", what="the controls gone by themselves")
        press("ArrowUp")
        one.until("() => location.hash === '#/play/live-8'", what="the channel of before")
        one.quiet("404", "504")
        passed("arrows change the channel unless controls are in use")


def test():
    from_page_to_page()
    in_the_players_room()


def from_page_to_page():
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
