// Exactly the calls of the existing frontend (issue 4, item 4). All that it can be told are two base URLs and an account.

import { H as Hls } from '/players/hls-1.5.13.js';

const video = document.getElementById('video');
// api: of `/api/…`; base: of the panel's own addresses.
const { api, base, user, pass } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const account = `username=${user}&password=${pass}`;
let player;

// mpegts.js as its wheel carries it: one module of a webpack chunk.
function mpegts() {
  const modules = self.webpackChunkjupyter_mpegts[0][1];
  const made = { exports: {} };
  modules[579](made);
  return made.exports.default ?? made.exports;
}

const json = (url) => fetch(url).then((answer) => answer.json());

window.calls = {
  account: () => json(`${base}/player_api.php?${account}`),
  panel: (action, more = '') => json(`${api}/api/xtream?${account}&action=${action}${more}`),
  film: (id) => source(`${api}/api/stream/vod/${id}?extension=mkv&quality=720p`),
  episode: (id) => source(`${api}/api/stream/episode/${id}?extension=mkv&quality=480p`),
  movie: (id) => source(`${base}/movie/${user}/${pass}/${id}.mp4`),
  seriesFile: (id) => source(`${base}/series/${user}/${pass}/${id}.mp4`),
  liveHLS(id) {
    clear();
    player = new Hls();
    player.on(Hls.Events.ERROR, (_, data) => data.fatal && console.error('hls.js', data.type, data.details));
    player.loadSource(`${base}/live/${user}/${pass}/${id}.m3u8`);
    player.attachMedia(video);
  },
  liveTS(id) {
    clear();
    player = mpegts().createPlayer({ type: 'mpegts', isLive: true, url: `${base}/live/${user}/${pass}/${id}.ts` });
    player.attachMediaElement(video);
    player.load();
  },
};

function source(url) {
  clear();
  video.src = url;
}

function clear() {
  player?.destroy();
  player = undefined;
  video.removeAttribute('src');
  video.load();
}

// Milliseconds.
const patience = 60_000;

// Plays until so many pictures were shown and a second has gone by; resolves with what was seen.
window.plays = () => new Promise((resolve, reject) => {
  const give_up = setTimeout(() => reject(new Error(
    `no moving picture: state ${video.readyState}, at ${video.currentTime} s, ${video.error?.message ?? 'no error'}`)), patience);
  let first;
  let pictures = 0;
  const shown = (_, frame) => {
    first ??= frame.mediaTime;
    pictures += 1;
    if (pictures < 5 || frame.mediaTime < first + 1) return void video.requestVideoFrameCallback(shown);
    clearTimeout(give_up);
    resolve({ height: video.videoHeight, first, last: frame.mediaTime, pictures });
  };
  video.requestVideoFrameCallback(shown);
  video.play().catch(reject);
});

window.goes = (seconds) => new Promise((resolve, reject) => {
  const give_up = setTimeout(() => reject(new Error(`not at ${seconds} s, state ${video.readyState}`)), patience);
  video.addEventListener('seeked', () => { clearTimeout(give_up); resolve(); }, { once: true });
  video.currentTime = seconds;
});

window.is_ready = true;
