"""IPTV apps on the panel's face: pyxtream loads the whole catalog, mpv and ffplay play entries of the M3U."""

import contextlib
import io
import os
import re
import subprocess
import tempfile
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from pyxtream import XTream

from browser import URL, check, fetch_json, main, operator

NAME, PASSWORD = "kofi", "sunrise-4711"
ACCOUNT = f"username={NAME}&password={PASSWORD}"
#: Seconds that each entry is played.
SECONDS = 3


def loads():
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said):
        # It prints what is not as its schema has it.
        panel = XTream("dash", NAME, PASSWORD, URL, cache_path=folder, validate_json=True)
        check(panel.state["authenticated"] and panel.load_iptv(), said.getvalue())
        series = next(one for one in panel.series if str(one.series_id) == "55")
        panel.get_series_info_by_id(series)
    for action, items in [("get_live_streams", panel.channels), ("get_vod_streams", panel.movies), ("get_series", panel.series)]:
        whole = fetch_json(f"/player_api.php?{ACCOUNT}&action={action}")
        check(len(items) == len(whole) > 0, f"{action}: {len(items)} of {len(whole)}: {said.getvalue()}")
    check("'stream_id'" not in said.getvalue() and "'series_id'" not in said.getvalue(), f"odd entries: {said.getvalue()[:2000]}")
    episodes = [episode for season in series.seasons.values() for episode in season.episodes.values()]
    check(len(episodes) == 5, f"episodes: {episodes}")
    channel = next(one for one in panel.channels if str(one.id) == "8")
    check(channel.url == f"{URL}/live/{NAME}/{PASSWORD}/8.ts", channel.url)
    print(f"ok: pyxtream has {len(panel.channels)} channels, {len(panel.movies)} films, {len(panel.series)} series", flush=True)


def entries(more):
    """Addresses of the M3U, by their last part."""
    with urllib.request.urlopen(f"{URL}/get.php?{ACCOUNT}&type=m3u_plus&{more}", timeout=40) as answer:
        lines = answer.read().decode().splitlines()
    check(lines[0].startswith("#EXTM3U") and lines[1].startswith("#EXTINF"), lines[:3])
    return {line.rsplit("/", 1)[1]: line for line in lines if line.startswith("http")}


def mpv(what, url):
    command = ["mpv", "--no-config", "--vo=null", "--ao=null", f"--length={SECONDS}", "--network-timeout=30", url]
    made = subprocess.run(command, capture_output=True, text=True, timeout=100)
    check(made.returncode == 0 and "Video --vid=1" in made.stdout, f"mpv on {what}: {made.returncode}: {(made.stdout + made.stderr)[-3000:]}")
    return f"mpv plays {what}"


def ffplay(what, url):
    """Until its clock has gone on: of an endless stream it sees no end, whatever `-t` says."""
    command = ["ffplay", "-hide_banner", "-stats", "-autoexit", url]
    quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    said, clock = "", []
    with subprocess.Popen(command, env=os.environ | quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as made:
        give_up = threading.Timer(100, made.kill)
        give_up.start()
        while not clock or clock[-1] < clock[0] + SECONDS:
            if not (more := made.stderr.read1()):
                break
            said += more.decode(errors="replace")
            clock = [float(time) for time in re.findall(r"([\d.]+) (?:A-V|M-V|M-A):", said)]
        give_up.cancel()
        made.kill()
    check("Video: h264" in said and clock and clock[-1] >= clock[0] + SECONDS, f"ffplay on {what}: {said[-3000:]}")
    return f"ffplay plays {what}"


def test():
    operator.add_viewer(NAME, PASSWORD, streams=4)
    loads()
    addresses = {
        "a channel as TS": entries("output=ts")["8.ts"], "a channel as HLS": entries("output=m3u8")["8.m3u8"],
        "a film": entries("output=ts&films=1")["1901.mkv"],
    }
    for what, url in addresses.items():
        with ThreadPoolExecutor() as both:
            for line in both.map(lambda app: app(what, url), [mpv, ffplay]):
                print("ok:", line, flush=True)


main(test)
