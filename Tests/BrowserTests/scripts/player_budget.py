"""The budget: the picture gets smaller as it nears, nothing comes once it is reached, and the viewer is asked: before anything comes, too."""

import json

from browser import main
from viewer import passed, viewer


def set_budget(one, share):
    """A budget of which `share` is used by now."""
    used = one.eval("() => JSON.parse(localStorage.dash_data).dayBytes")
    one.eval("b => { localStorage.dash_budget = b }", json.dumps({"bytes": int(used / share), "period": "day"}))


def silence(one, since=0):
    """The question stands, and nothing comes. Nor have media come since so many requests."""
    one.until("() => document.querySelector('dialog[open]')", what="the question")
    one.page.wait_for_load_state("networkidle")
    before = one.network.bytes
    one.page.wait_for_timeout(3000)
    assert one.network.bytes == before, f"{one.network.bytes - before} bytes came while the question stood"
    media = [asked.url for asked in one.network.requests[since:] if ".ts" in asked.url]
    assert not since or not media, f"before the question came {media}"


def answer_by_arrows(one):
    for _ in range(4):
        if one.eval("document.activeElement.dataset.answer") == "on":
            break
        one.page.keyboard.press("ArrowRight")
    assert one.eval("document.activeElement.dataset.answer") == "on", "arrows do not get to the answer"
    one.page.keyboard.press("Enter")


def used_up_already(one):
    """A channel, and a film that was left at its twelfth second."""
    one.eval("""() => { localStorage.dash_positions = JSON.stringify({ 'vod-1922':
        { streamId: 'vod-1922', title: 'Film', page: '/film/vod-1922', position: 12, duration: 24, at: Date.now() } }) }""")
    for stream in ("live-8", "vod-1922"):
        one.open()
        set_budget(one, 1.0)
        since = len(one.network.requests)
        one.open(f"/#/play/{stream}")
        silence(one, since)
        answer_by_arrows(one)
        one.playing()
    resumed = one.media()["time"]
    assert 11 <= resumed < 18, f"left at 12, goes on at {resumed}"
    passed("used up already: asks before anything comes, and a film goes on where it was left")


def test():
    with viewer("player-budget") as one:
        one.open("/#/settings")
        one.page.select_option("#amount", "own")
        one.page.fill("#own", "900")
        one.page.select_option("#period", "day")
        one.page.get_by_role("button", name="Save").click()
        assert json.loads(one.eval("localStorage.dash_budget")) == {"bytes": 900000000, "period": "day"}
        # As if this day had cost a lot already: what plays meanwhile changes the share little.
        one.eval("""() => { const now = new Date(), two = n => String(n).padStart(2, '0');
            const day = now.getFullYear() + '-' + two(now.getMonth() + 1) + '-' + two(now.getDate());
            localStorage.dash_data = JSON.stringify({ day, dayBytes: 800e6, month: day.slice(0, 7), monthBytes: 800e6 });
            localStorage.dash_quality_preference = '720p'; localStorage.dash_budget = JSON.stringify({ bytes: 4e9, period: 'day' }) }""")
        one.open("/#/play/live-8")
        one.playing()
        one.height(720)
        set_budget(one, 0.83)
        one.height(480)
        passed("at 80 % of the budget: 480p")
        assert one.eval("document.querySelector('[data-menu=quality]').dataset.playing") == "480p"
        set_budget(one, 0.93)
        one.height(360)
        assert one.eval("localStorage.dash_quality_preference") == "720p", "the viewer's own choice is not ours to change"
        passed("at 90 %: 360p")
        set_budget(one, 1.0)
        silence(one)
        one.picture("question")
        passed("at the end: asks, and not a byte comes")
        one.page.locator("[data-answer=on]").click()
        one.playing()
        passed("goes on when told to")
        used_up_already(one)
        one.quiet("404")


main(test)
