"""The web player as a viewer has it: a person at a page of the gateway's own.

Playwright's own waiting evaluates strings in the page, which our content security policy forbids: `until` asks from outside.
"""

import contextlib
import time

from browser import URL, session

#: Seconds that anything may take: what is measured is measured, this only ends what hangs.
PATIENCE = 40


class Viewer:
    def __init__(self, made):
        self.page = made.page
        self.context = made.page.context
        self.devtools = made.devtools
        self.network = made.network
        self.errors = made.console_errors
        self.picture = made.picture
        self.throttle = made.throttle
        self.page.on("dialog", lambda dialog: (self.errors.append("a dialog: " + dialog.message), dialog.dismiss()))

    def open(self, path="/"):
        """A fresh load, also where only the part behind `#` differs."""
        self.page.goto("about:blank")
        self.page.goto(URL + path)
        self.until("() => document.documentElement.dataset.ready !== undefined", what="the first view")

    def go(self, place):
        """From within, as links do."""
        self.page.evaluate("place => { location.hash = place }", place)

    def eval(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def until(self, condition, argument=None, seconds=PATIENCE, what=None):
        """Waits until a JavaScript function returns something true, and returns that."""
        deadline = time.monotonic() + seconds
        while not (value := self.page.evaluate(condition, argument)):
            if time.monotonic() > deadline:
                raise AssertionError(f"{what or condition}: not within {seconds} s; the page says: {self.page.inner_text('body')[:500]}")
            self.page.wait_for_timeout(40)
        return value

    def media(self):
        return self.eval("""() => { const v = document.querySelector('video');
            return v && { time: v.currentTime, height: v.videoHeight, paused: v.paused, muted: v.muted } }""")

    def playing(self):
        """Waits until pictures move."""
        self.until("""() => { const v = document.querySelector('video');
            return v && v.videoHeight > 0 && v.currentTime > 0.3 && !v.paused && v.readyState >= 3 }""", what="moving pictures")
        self.until("t => document.querySelector('video').currentTime > t + 0.3", self.media()["time"], what="moving pictures")

    def listening(self):
        """Waits until sound alone plays, and the page says so."""
        self.until("""() => { const v = document.querySelector('video');
            return document.querySelector('.sound-only:not([hidden])') && v.videoHeight === 0 && v.currentTime > 0.3
                && !v.paused && v.readyState >= 3 }""", what="sound without a picture")

    def height(self, lines):
        self.until("h => document.querySelector('video').videoHeight === h", lines, what=f"a picture of {lines} lines")

    def choose(self, menu, name):
        """Takes an item of a menu, by the menu's key and the item's words."""
        self.page.keyboard.press({"quality": "q", "audio": "a", "subtitles": "c"}[menu])
        self.page.get_by_role("menuitemradio", name=name).first.click()

    def quiet(self, *expected):
        """Nothing was complained about, but for what a test provokes."""
        rest = [line for line in self.errors if not any(word in line for word in expected)]
        assert not rest, f"the console says: {rest[:5]}"


@contextlib.contextmanager
def viewer(name, width=1280, height=720, language="en-US", **options):
    """A viewer with a Chromium of their own. `name`: of pictures that are kept."""
    with session(name, viewport={"width": width, "height": height}, locale=language, **options) as made:
        yield Viewer(made)


def passed(text):
    print(f"ok: {text}", flush=True)
