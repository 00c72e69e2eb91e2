"""The provider is not trusted: titles that are scripts stay titles, on every page that shows one."""

import json

from browser import URL, main
from viewer import passed, viewer

EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script><svg onload="window.owned=1">\'"&{n}'
LINK = 'javascript:window.owned=1'
CHANNEL = {"id": 8, "streamId": "live-8", "name": EVIL, "number": 8, "categoryId": "1", "image": LINK, "epgId": EVIL}
FILM = {"id": 1, "streamId": "vod-1", "name": EVIL, "image": '"><script>window.owned=1</script>', "year": EVIL, "rating": EVIL, "plot": EVIL, "genre": EVIL,
        "cast": EVIL, "director": EVIL, "duration": EVIL, "backdrop": LINK}
SERIES = {**FILM, "id": 55, "seasons": [{"season": 1, "name": EVIL, "episodes": [{"streamId": "series-55-1-1", "episode": 1, "title": EVIL, "plot": EVIL, "image": LINK, "duration": EVIL}]}]}


def answer(route):
    path = route.request.url.removeprefix(URL).split("?")[0]
    pages = lambda items: {"success": True, "items": items, "page": 1, "limit": 50, "total": len(items), "pages": 1}
    answers = {
        "/api/catalog/live": pages([CHANNEL]), "/api/catalog/vod": pages([FILM]), "/api/catalog/series": pages([SERIES]),
        "/api/catalog/vod/1": {"success": True, "item": FILM}, "/api/catalog/series/55": {"success": True, "item": SERIES},
        "/api/epg/live-8": {"success": True, "programmes": [{"title": EVIL, "start": EVIL, "end": EVIL, "now": True}]},
    }
    if path.endswith("/categories"):
        answers[path] = {"success": True, "categories": [{"id": LINK, "name": EVIL, "count": 1}]}
    if path in answers:
        return route.fulfill(status=200, content_type="application/json", body=json.dumps(answers[path]))
    error = {"success": False, "error": EVIL, "code": EVIL, "requestId": EVIL}
    return route.fulfill(status=503, content_type="application/json", body=json.dumps(error))


def test():
    with viewer("player-titles", service_workers="block") as one:
        one.page.route("**/api/**", answer)
        for page in ("/", "/#/live", "/#/films", "/#/film/vod-1", "/#/show/55", "/#/search?q=img", "/#/play/live-8", "/#/play/vod-1", "/#/play/series-55-1-1", "/#/"):
            one.open(page)
            one.until("() => document.body.textContent.includes('onerror=')", what=f"the title as text on {page}")
            found = one.eval("""() => ({ owned: window.owned, scripts: document.querySelectorAll('main script, main svg[onload], main img[onerror]').length,
                links: [...document.querySelectorAll('a[href], img[src]')].filter(e => /^javascript:/i.test(e.getAttribute('href') || e.getAttribute('src'))).length })""")
            assert not found.get("owned") and found["scripts"] == 0 and found["links"] == 0, (page, found)
        one.quiet("503", "Service Worker")
        passed("titles stay text")


main(test)
