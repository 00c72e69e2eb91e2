// Brings in Video.js when something is played for the first time: nobody pays for it who only looks around.

import { ApiError } from '../api.js';

let loading;

export function videojs() {
  loading ??= load().catch((error) => { loading = undefined; throw error; });
  return loading;
}

async function load() {
  const folder = document.querySelector('meta[name="dash-player"]').content;
  if (!folder) throw new ApiError('player_missing');
  // It would write style elements, which our content security policy forbids; its style sheet says the same.
  window.VIDEOJS_NO_DYNAMIC_STYLE = true;
  await Promise.all([style(`${folder}/video-js.min.css`), script(`${folder}/video.min.js`)]);
  if (!window.videojs) throw new ApiError('player_load');
  window.videojs.log.level('off');
  return window.videojs;
}

export function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return added(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
}

function script(src) { return added(Object.assign(document.createElement('script'), { src })); }

function added(element) {
  return new Promise((resolve, reject) => {
    element.addEventListener('load', () => resolve());
    element.addEventListener('error', () => {
      element.remove();
      reject(new ApiError(navigator.onLine === false ? 'offline' : 'player_load'));
    });
    document.head.append(element);
  });
}
