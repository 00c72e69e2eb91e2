import { go, watch } from './sight.js';

const player = videojs('player', {
  html5: { vhs: { overrideNative: true }, nativeAudioTracks: false, nativeVideoTracks: false, nativeTextTracks: false },
});
const tech = () => player.tech({ IWillNotUseThisInPlugins: true });

/** Opens a playlist and resolves with the duration. */
window.open_film = (url) => new Promise((resolve, reject) => {
  player.one('error', () => reject(new Error(player.error().message)));
  player.one('loadedmetadata', () => resolve(player.duration()));
  player.src({ src: url, type: 'application/vnd.apple.mpegurl' });
});
window.go = (seconds) => go(tech().el(), seconds);
window.watch = () => watch(tech().el());
window.has_ended = () => player.ended();
window.is_ready = true;
