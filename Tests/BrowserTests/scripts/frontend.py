"""The existing frontend, another origin's plain page: every call it makes, and it plays a channel as HLS (hls.js) and as raw TS
(mpegts.js), an MKV film, an MKV episode and MP4s. With DASH_ADMIN_KEY (ACCESS=viewers) as a viewer that the operator has made.
"""

from browser import URL, check, main, operator, pages, session

NAME, PASSWORD = "ama", "sunrise-4711"
#: Actions of the panel's API: what is asked for besides, and a field that each entry of the answer has.
LISTS = [
    ("get_vod_categories", "category_name"), ("get_series_categories", "category_name"), ("get_live_categories", "category_name"),
    ("get_vod_streams", "container_extension"), ("get_series", "series_id"), ("get_live_streams", "stream_id"),
]


def asks(page):
    """The catalog's calls, in the panel's own shapes."""
    account = page.evaluate("() => calls.account()")
    check(account["user_info"]["auth"] == 1 and account["server_info"]["timestamp_now"] > 0, account)
    panel = lambda action, more="": page.evaluate("([a, m]) => calls.panel(a, m)", [action, more])
    for action, field in LISTS:
        entries = panel(action)
        check(entries and all(field in entry for entry in entries), f"{action}: {entries[:1]}")
    film = panel("get_vod_info", "&vod_id=1906")
    check(film["movie_data"]["container_extension"] == "mkv" and film["info"]["name"], film)
    series = panel("get_series_info", "&series_id=55")
    check(series["episodes"]["1"][0]["id"] == "550101" and series["episodes"]["1"][0]["container_extension"] == "mkv", series)
    guide = panel("get_short_epg", "&stream_id=8&limit=3")["epg_listings"]
    check(len(guide) == 3 and all(entry["title"] and entry["start"] for entry in guide), guide)


def plays(one, what, call, height):
    one.page.evaluate(call)
    seen = one.page.evaluate("() => plays()")
    check(seen["height"] in height, f"{what}: {seen}")
    one.picture(what.replace(" ", "-"))
    print(f"ok: {what}: {seen['height']} lines, {seen['pictures']} pictures", flush=True)


def test():
    api = URL
    if operator.key:
        # The one thing that film addresses have no place for stands in the base URL.
        operator.add_viewer(NAME, PASSWORD)
        api = f"{URL}/as/{NAME}/{PASSWORD}"
    with pages() as base, session("frontend-viewers" if operator.key else "frontend") as one:
        one.page.goto(f"{base}/frontend.html#api={api}&base={URL}&user={NAME}&pass={PASSWORD}")
        one.until("the page is ready", "() => window.is_ready")
        asks(one.page)
        ladder = {360, 480, 720}
        plays(one, "a channel as HLS", "() => calls.liveHLS(8)", ladder)
        plays(one, "a channel as TS", "() => calls.liveTS(8)", ladder)
        plays(one, "an MKV film", "() => calls.film(1901)", {720})
        # Its file has 480 lines; HEVC and AC-3, which no browser plays.
        plays(one, "an MKV film in HEVC", "() => calls.film(1906)", {480})
        plays(one, "an MKV episode", "() => calls.episode(550101)", {480})
        plays(one, "an MP4", "() => calls.movie(1902)", {720})
        one.page.evaluate("() => goes(30)")
        plays(one, "an episode's MP4", "() => calls.seriesFile(550102)", {480})
        check(not one.console_errors, f"{one.console_errors}")
        if operator.key:
            # The same without an account, and with a wrong one.
            status = "url => fetch(url).then(answer => answer.json().then(said => [answer.status, said.code]))"
            for address, code in [(URL, "login_required"), (f"{URL}/as/{NAME}/guessed-it", "wrong_credentials")]:
                got = one.page.evaluate(status, f"{address}/api/stream/vod/1906?extension=mkv&quality=720p")
                check(got == [401, code], f"{address}: {got}")


main(test)
