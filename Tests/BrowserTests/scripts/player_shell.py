"""What the player is without playing: small, installable, there without a network, in two languages, for every screen and hand."""

import json
import urllib.request

from browser import URL, main
from viewer import passed, viewer

PAGES = ["/#/", "/#/live", "/#/films", "/#/series", "/#/film/vod-1901", "/#/show/55", "/#/search?q=a", "/#/settings", "/#/sign-in"]
WIDTHS = [320, 390, 768, 1280, 1920]

SIDEWAYS = """() => document.documentElement.scrollWidth > innerWidth &&
    [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.row, .chips'))
    .slice(0, 3).map(e => e.tagName + '.' + e.className)"""

# Targets that a thumb misses: lower or narrower than 44 px, unless they are text in a sentence or not to be seen.
SMALL = """() => [...document.querySelectorAll('a, button, input, select, label.option')].filter(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (box.width === 0 || style.visibility === 'hidden' || e.closest('[hidden], label.option, label.check') !== null && !e.matches('label.option')) return false;
    if (e.matches('.skip')) return false;
    return box.height < 44 || box.width < 44 }).map(e => e.outerHTML.slice(0, 120))"""

# Text whose contrast with the nearest colour behind it is below 4.5 (3 for large text): WCAG 2.2 AA.
PALE = """() => {
    const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1] };
    const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3])).concat(1);
    const light = c => { const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]) };
    const behind = e => { const layers = []; for (let p = e; p; p = p.parentElement) layers.push(parse(getComputedStyle(p).backgroundColor));
        return layers.reverse().reduce((under, top) => over(top, under), [10, 10, 10, 1]) };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || e.closest('.art, .hero, .unseen, .skip, noscript, option, [hidden]')) continue;
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        if (box.width === 0 || style.visibility === 'hidden') continue;
        const ground = behind(e), text = over(parse(style.color), ground);
        const [a, b] = [light(text), light(ground)], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
        if (ratio < (isLarge ? 3 : 4.5)) found.push(walk.currentNode.data.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
    }
    return found }"""

# Controls without a name for ears, and pictures without a word for it.
NAMELESS = """() => [...document.querySelectorAll('a, button, input, select, [role="img"], nav, dialog')].filter(e => {
    if (e.closest('[hidden], [aria-hidden="true"]')) return false;
    const label = e.labels && e.labels.length ? e.labels[0].textContent : '';
    return !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || label || e.textContent.trim() || e.title) })
    .map(e => e.outerHTML.slice(0, 100)).concat([...document.querySelectorAll('img:not([alt])')].map(e => 'img without alt'))"""


def screens():
    """Every page at every width: nothing sideways, nothing too small to touch, nothing too pale to read."""
    with viewer("player-shell") as one:
        one.open(PAGES[0])
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            for page in PAGES:
                one.go(page[1:])
                one.until("() => document.querySelector('main h1') !== null && !document.querySelector('main .skeleton:not(.fill)')", what=f"{page} filled")
                assert not one.eval(SIDEWAYS), f"{page} scrolls sideways at {width}: {one.eval(SIDEWAYS)}"
                one.picture(f"{page.strip('/#').split('?')[0].replace('/', '-') or 'home'}-{width}")
                for words, script in (("too small", SMALL), ("too pale", PALE), ("nameless", NAMELESS)):
                    found = one.eval(script)
                    assert not found, f"{page} at {width} has what is {words}: {found[:4]}"
        one.quiet("404")
    passed("no sideways scroll, tap targets, contrast, names at " + ", ".join(map(str, WIDTHS)))


def size():
    """The first page without Video.js: at most 60 kB compressed, and no Video.js in it."""
    with viewer("player-shell") as one:
        one.open()
        one.page.wait_for_load_state("networkidle")
        ours = [asked for asked in one.network.requests if "/api/" not in asked.url]
        assert not any("/vendor/" in asked.url for asked in ours), "Video.js was loaded without anything to play"
        total = sum(asked.bytes for asked in ours)
        assert total <= 60_000, f"the first page is {total} bytes"
        passed(f"first page: {total} bytes in {len(ours)} requests")


def installable():
    """What Chromium asks of an app: manifest, icons that are what they say, a worker that answers without a network."""
    with viewer("player-shell") as one:
        one.open()
        one.until("() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)", what="a service worker")
        manifest = one.devtools.send("Page.getAppManifest")
        assert not manifest["errors"], manifest["errors"]
        said = json.loads(manifest["data"])
        assert said["display"] == "standalone" and said["start_url"] == "/" and said["name"]
        errors = one.devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        # Headless windows are incognito, where nothing can be installed.
        errors = [e for e in errors if e["errorId"] != "in-incognito"]
        assert not errors, errors
        for icon in said["icons"]:
            with urllib.request.urlopen(URL + icon["src"]) as answer:
                head = answer.read(24)
            if icon["type"] == "image/png":
                width = int.from_bytes(head[16:20], "big")
                assert f"{width}x{width}" == icon["sizes"], icon
        assert any(icon["purpose"] == "maskable" for icon in said["icons"] if "purpose" in icon)
        kept = one.eval("""async () => { const found = []; for (const name of await caches.keys())
            for (const r of await (await caches.open(name)).keys()) found.push(new URL(r.url).pathname); return found }""")
        assert "/" in kept and not any(path.startswith("/api/") for path in kept), kept
        passed("installable")
        one.context.set_offline(True)
        # A busy machine may not wake the worker in time for all files; a person would press reload, too.
        for attempt in range(3):
            one.page.reload()
            try:
                one.until("() => document.querySelector('nav a')", seconds=20, what="the shell without a network")
                break
            except AssertionError:
                if attempt == 2:
                    raise
        # Lists of the last minute may still be in the browser's cache; this one was never asked for.
        one.go("/films")
        words = "() => document.querySelector('.failure[data-code=offline] h1, .failure[data-code=unreachable] h1')"
        one.until(words, what="words for being offline")
        assert one.page.inner_text(".failure h1") in ("You are offline", "We cannot be reached")
        one.picture("offline")
        one.go("/settings")
        one.until("() => document.querySelector('main h2')", what="settings without a network")
        one.go("/films")
        one.until(words)
        one.context.set_offline(False)
        one.until("() => document.querySelector('.grid .card[data-stream]')", what="the page to come back by itself")
        passed("offline page, and back by itself")


def french():
    """By the browser's language, and by the switch, which is kept."""
    with viewer("player-shell", language="fr-FR") as one:
        one.open()
        assert one.eval("document.documentElement.lang") == "fr"
        assert "Accueil" in one.page.inner_text("nav") and one.page.title().startswith("Accueil")
        one.go("/settings")
        one.until("() => document.querySelector('#period')")
        assert "Vos données" in one.page.inner_text("main") and "Mo" in one.page.inner_text("#amount")
        one.page.get_by_label("English").check()
        one.until("() => document.documentElement.lang === 'en' && document.querySelector('main h2')")
        one.open()
        assert "Home" in one.page.inner_text("nav")
        missing = one.eval("""async () => { const base = document.querySelector('script[type=module]').src.replace(/main.js$/, 'words/');
            const [en, fr] = await Promise.all(['en', 'fr'].map(l => import(base + l + '.js').then(m => m.default)));
            const holes = text => (text.match(/\\{\\w+\\}/g) || []).sort().join();
            return [...new Set([...Object.keys(en), ...Object.keys(fr)])].filter(k => !en[k] || !fr[k] || holes(en[k]) !== holes(fr[k])) }""")
        assert not missing, f"not in both languages alike: {missing}"
        one.quiet("404")
        passed("French")


def test():
    for part in (size, installable, french, screens):
        part()


main(test)
