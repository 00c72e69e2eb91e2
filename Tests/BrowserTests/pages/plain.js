import { go, watch } from './sight.js';

const video = document.getElementById('video');

/** Sets the address and resolves with the duration. */
window.open_film = (url) => new Promise((resolve, reject) => {
  video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
  video.addEventListener('loadedmetadata', () => resolve(video.duration), { once: true });
  video.src = url;
});
window.go = (seconds) => go(video, seconds);
window.watch = () => watch(video);
window.has_ended = () => video.ended;
window.is_ready = true;
