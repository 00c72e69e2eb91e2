"""What all browser tests share: Chromium, its network log, pages of our own to play in, pictures of what was seen.

A script is run by BrowserScript.swift, or by hand against a running `./dash demo`:
    DASH_URL=http://127.0.0.1:3000 .dash/python/bin/python Tests/BrowserTests/scripts/films.py
It ends with 0, or prints what did not hold and ends with 1.
"""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import sys
import threading
import traceback
import urllib.request

from playwright.sync_api import Error, sync_playwright

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
STATE = pathlib.Path(os.environ.get("DASH_STATE_DIR", ROOT / ".dash"))
#: The gateway.
URL = os.environ.get("DASH_URL", "http://127.0.0.1:3000")
#: The demo provider's panel, whose /control says and changes what happens there.
PROVIDER = os.environ.get("DASH_PROVIDER", "http://127.0.0.1:8880")
SCREENSHOTS = STATE / "screenshots"
#: Below which address pages of ours find what `./dash setup` fetched.
FETCHED = {"/vendor/": STATE / "web", "/players/": STATE / "players"}
#: Milliseconds that anything may take; a busy machine is slow, a broken product never gets there.
PATIENCE = 40_000


class Request:
    """One request of a page, as the browser's own network log tells it."""

    def __init__(self, url, method, kind):
        self.url = url
        self.method = method
        #: What asked for it: Document, Script, XHR, Fetch, Media, Image …
        self.kind = kind
        self.status = 0
        self.headers = {}
        #: Bytes on the wire, headers included; 0 while it runs.
        self.bytes = 0
        self.failure = None
        self.from_cache = False

    def __repr__(self):
        return f"{self.method} {self.url} → {self.failure or self.status} ({self.bytes} bytes)"


class NetworkLog:
    """All requests of a page, in order."""

    def __init__(self, devtools):
        self.requests = []
        self._running = {}
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on("Network.responseReceived", self._received)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.on("Network.loadingFailed", self._failed)
        devtools.send("Network.enable")

    def matching(self, part):
        return [request for request in self.requests if part in request.url]

    @property
    def bytes(self):
        return sum(request.bytes for request in self.requests)

    def _sent(self, event):
        asked = event["request"]
        if not asked["url"].startswith("http"):
            return
        if "redirectResponse" in event and event["requestId"] in self._running:
            before = self._running[event["requestId"]]
            before.status = event["redirectResponse"]["status"]
            before.headers = event["redirectResponse"]["headers"]
            before.bytes = int(event["redirectResponse"]["encodedDataLength"])
        request = Request(asked["url"], asked["method"], event.get("type", ""))
        self._running[event["requestId"]] = request
        self.requests.append(request)

    def _received(self, event):
        if request := self._running.get(event["requestId"]):
            answer = event["response"]
            request.status = answer["status"]
            request.headers = {name.lower(): value for name, value in answer["headers"].items()}
            request.from_cache = answer.get("fromDiskCache", False) or answer.get("fromServiceWorker", False)

    def _finished(self, event):
        if request := self._running.pop(event["requestId"], None):
            request.bytes = int(event["encodedDataLength"])

    def _failed(self, event):
        if request := self._running.pop(event["requestId"], None):
            request.failure = event["errorText"]


class Session:
    """A page in a browser of its own, its network log, and what it wrote to its console."""

    def __init__(self, page, name):
        self.page = page
        self.name = name
        self.devtools = page.context.new_cdp_session(page)
        self.network = NetworkLog(self.devtools)
        self.console_errors = []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda line: line.type == "error" and self.console_errors.append(line.text))
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def picture(self, what):
        """Keeps a picture of the page as `.dash/screenshots/NAME-WHAT.png`."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{what}.png")

    def until(self, what, script, argument=None, milliseconds=PATIENCE):
        """Waits until a JavaScript function returns something true, and returns that."""
        try:
            return self.page.wait_for_function(script, arg=argument, timeout=milliseconds).json_value()
        except Error as error:
            raise AssertionError(f"{what}: not within {milliseconds / 1000:g} s ({error.message})") from None

    def throttle(self, kilobits, latency):
        """A link of so many kb/s each way and so many ms of latency, from now on."""
        rate = kilobits * 1000 / 8
        self.devtools.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate})


@contextlib.contextmanager
def session(name, **options):
    """A fresh Chromium. `options` are those of Playwright's `new_context`: viewport, locale, has_touch …"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("DASH_CHROMIUM", "/usr/bin/chromium"),
            args=["--autoplay-policy=no-user-gesture-required", "--mute-audio"])
        try:
            made = Session(browser.new_context(**options).new_page(), name)
            try:
                yield made
            except Exception:
                with contextlib.suppress(Error):
                    made.picture("failed")
                for line in made.console_errors:
                    print("console:", line)
                for request in made.network.requests[-40:]:
                    print("network:", request)
                raise
        finally:
            browser.close()


class _Pages(http.server.SimpleHTTPRequestHandler):
    """`pages/` at the root, and what `./dash setup` fetched."""

    def translate_path(self, path):
        path = path.split("?")[0]
        for prefix, folder in FETCHED.items():
            if path.startswith(prefix):
                return str(folder / path.removeprefix(prefix).replace("..", ""))
        return super().translate_path(path)

    def log_message(self, format, *arguments):
        pass


@contextlib.contextmanager
def pages():
    """Serves pages of our own; yields where. Their origin is not the gateway's, as that of a foreign frontend."""
    handler = functools.partial(_Pages, directory=HERE.parent / "pages")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def control(path, **parameters):
    """Asks (or with parameters: tells) the demo provider."""
    words = "&".join(f"{name}={value}" for name, value in parameters.items())
    request = urllib.request.Request(
        f"{PROVIDER}/control/{path}" + ("?" + words if words else ""), method="POST" if words else "GET")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def fetch_json(path):
    """An answer of the gateway, whatever its status."""
    try:
        with urllib.request.urlopen(URL + path, timeout=40) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


class operator:
    """The operator's hands, where the gateway has a key (DASH_ADMIN_KEY)."""

    key = os.environ.get("DASH_ADMIN_KEY", "")

    @classmethod
    def add_viewer(cls, name, password, **more):
        body = json.dumps({"name": name, "password": password, **more}).encode()
        request = urllib.request.Request(f"{URL}/api/admin/viewers", body, {
            "Content-Type": "application/json", "Authorization": f"Bearer {cls.key}"})
        with urllib.request.urlopen(request, timeout=40) as answer:
            return json.load(answer)


def check(holds, what):
    """As `assert`, but always there."""
    if not holds:
        raise AssertionError(what)


def main(test):
    """Runs a script's test and tells how it went."""
    try:
        test()
    except AssertionError as error:
        print("FAILED:", error)
        sys.exit(1)
    except Exception:
        print("FAILED:", traceback.format_exc())
        sys.exit(1)
    print("passed")
