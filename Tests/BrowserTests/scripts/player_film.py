"""Films: start, seek, resume where they were left, other languages, subtitles."""

from browser import main
from viewer import passed, viewer


def test():
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

        one.eval("() => { const s = document.querySelector('.seek'); s.value = 14; s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change')) }")
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
