// Asks for what will surely be wanted before anybody waits for it: on a slow link each round trip saved is a third of a second.

import { deadline, PATIENCE } from './deadline.js';

const answers = new Map();

// Begins a request of the API; `taken` gives its answer to whoever asks for the same path next.
export function ask(path) {
  const answer = fetch(path, { credentials: 'same-origin', signal: deadline(PATIENCE) });
  // Whoever takes it sees the failure.
  answer.catch(() => {});
  answers.set(path, answer);
}

export function taken(path) {
  const answer = answers.get(path);
  answers.delete(path);
  return answer;
}

// What `play/page.js` imports, so that all of it comes at once and not import by import; and Video.js beside it.
const PLAYER = [
  'actions', 'choices', 'controls', 'drawing', 'engine', 'guard', 'keys', 'lifeline', 'loader', 'menu', 'page', 'quality', 'source', 'speed',
  'stage', 'titles',
].map((name) => `./play/${name}.js`).concat('./zapList.js', './arrows.js');

export function player() {
  const folder = document.querySelector('meta[name="dash-player"]').content;
  if (folder && !window.videojs) hint({ rel: 'preload', as: 'script', href: `${folder}/video.min.js` });
  for (const path of PLAYER) hint({ rel: 'modulepreload', href: new URL(path, import.meta.url).pathname });
}

function hint(properties) {
  if (document.querySelector(`link[rel="${properties.rel}"][href="${properties.href}"]`)) return;
  document.head.append(Object.assign(document.createElement('link'), properties));
}
