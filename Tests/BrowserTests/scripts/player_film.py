"""Films: start, seek, resume where they were left, other languages, subtitles, and what comes after them."""

import json

from browser import main
from viewer import passed, viewer


# Counts what is written without the film's position: for a moment it would be lost.
LOST = """window.lost = 0; const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, text) {
        if (name === 'dash_positions' && !text.includes('vod-1922')) window.lost += 1;
        return set.call(this, name, text) };"""
SLOW = json.dumps({"success": False, "error": "x", "code": "provider_slow", "requestId": "request-1"})


def seek(one, second):
    one.eval("""t => { const s = document.querySelector('.seek'); s.value = t;
        s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change')) }""", second)


def positions():
    """From the beginning is meant once; a position is never lost, not by a failure near the end either."""
    with viewer("player-film", service_workers="block") as one:
        one.page.add_init_script(LOST)
        one.open("/#/play/vod-1922?from=0")
        one.playing()
        assert one.eval("location.hash") == "#/play/vod-1922", one.eval("location.hash")
        seek(one, 14)
        one.until("() => document.querySelector('video').currentTime >= 14 && document.querySelector('video').readyState >= 3")
        left = one.media()["time"]
        one.page.reload()
        one.playing()
        resumed = one.media()["time"]
        assert left - 2 <= resumed <= left + 6, f"left at {left}, loaded anew at {resumed}"
        assert one.eval("lost") == 0, "the position was lost while the film started"
        passed("loaded anew it goes on where it was")

        # Of 24 s: so near the end nothing is kept for the next visit.
        one.page.keyboard.press("k")
        seek(one, 23)
        one.until("() => document.querySelector('video').currentTime >= 23")
        one.page.route("**/api/hls/**", lambda route: route.fulfill(status=503, content_type="application/json", body=SLOW))
        one.eval("videojs.getAllPlayers()[0].error(2)")
        one.until("() => document.querySelector('.failure')", what="words about what does not come")
        one.page.unroute("**/api/hls/**")
        one.page.get_by_role("button", name="Try").click()
        one.until("() => { const v = document.querySelector('video'); return v && v.readyState >= 3 && v.currentTime > 0.1 }", what="the film again")
        assert one.media()["time"] >= 22.5, f"it failed at 23 s and goes on at {one.media()['time']}"
        passed("goes on near the end after a failure")


def next_episode():
    """It is offered at the end of one, and no longer to somebody who left."""
    with viewer("player-film") as one:
        one.open("/#/show/55")
        one.page.locator(".episode").first.click()
        one.playing()
        seek(one, int(one.eval("() => videojs.getAllPlayers()[0].duration()")) - 1)
        one.until("() => document.querySelector('.toast button')?.textContent === 'Next episode'", what="the next episode")
        one.page.keyboard.press("Escape")
        one.until("() => location.hash === '#/show/55' && document.querySelector('.details h1')")
        assert one.page.locator(".toast").count() == 0, "what the player offered is still there"
        one.quiet("404")
        passed("the next episode is offered as long as the player is there")


def test():
    plays()
    positions()
    next_episode()


def plays():
    with viewer("player-film") as one:
        # French and English sound, French and English subtitles, 24 s.
        one.open("/#/film/vod-1922")
        one.page.get_by_role("link", name="Play").click()
        one.playing()
        passed("a film starts")

        one.until("() => videojs.getAllPlayers()[0].audioTracks().length === 2")
        one.choose("audio", "English")
        one.until("() => performance.getEntriesByType('resource').some(e => /audio-eng/.test(e.name))", what="the English sound asked for")
        one.playing()
        enabled = one.eval("() => Array.from(videojs.getAllPlayers()[0].audioTracks().tracks_).filter(t => t.enabled).map(t => t.language)")
        assert len(enabled) == 1 and enabled[0].startswith("en"), enabled
        passed("language switches")

        one.choose("subtitles", "English")
        one.until("() => (document.querySelector('.vjs-text-track-display')?.innerText ?? '').trim() !== ''", what="a subtitle in the picture")
        one.picture("subtitles")
        passed("subtitles switch")

        # Of a film with several languages sound alone is its first one.
        one.choose("quality", "Audio only")
        one.listening()
        one.choose("quality", "Auto")
        one.playing()
        passed("sound alone, and back")

        seek(one, 14)
        one.until("() => document.querySelector('video').currentTime >= 14 && document.querySelector('video').readyState >= 3")
        one.playing()
        left = one.media()["time"]
        assert 14 <= left < 20, left
        passed("seeks")

        one.page.keyboard.press("Escape")
        one.until("() => location.hash === '#/film/vod-1922' && document.querySelector('.details h1')")
        assert "Resume" in one.page.inner_text(".actions")
        one.open("/")
        card = one.page.locator(".card[data-stream=vod-1922]").first
        card.click()
        one.playing()
        resumed = one.media()["time"]
        assert left - 2 <= resumed <= left + 6, f"left at {left}, resumed at {resumed}"
        # The subtitles of last time are there again.
        one.until("() => Array.from(videojs.getAllPlayers()[0].textTracks().tracks_).some(t => t.mode === 'showing' && t.kind === 'subtitles')")
        passed("resumes")
        one.quiet("404")


main(test)
