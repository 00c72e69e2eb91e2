// Which view an address means: everything behind the `#`. Views are loaded when they are first wanted.

import * as ahead from './ahead.js';

const ROUTES = [
  [/^\/?$/, () => import('./views/home.js')],
  [/^\/(live|films|series)$/, () => import('./views/browse.js')],
  [/^\/search$/, () => import('./views/search.js')],
  [/^\/(film|show)\/([\w-]+)$/, () => import('./views/details.js')],
  [/^\/play\/([\w-]+)$/, () => { ahead.player(); return import('./play/page.js'); }],
  [/^\/settings$/, () => import('./views/settings.js')],
  [/^\/sign-in$/, () => import('./views/signIn.js')],
];

// { load, parts, query } of the address in the bar; undefined for one that means nothing.
export function route(hash = location.hash) {
  const [path, search] = decode(hash.replace(/^#/, '')).split('?');
  for (const [pattern, load] of ROUTES) {
    const match = pattern.exec(path);
    if (match) return { path, load, parts: match.slice(1), query: new URLSearchParams(search ?? '') };
  }
  return undefined;
}

function decode(text) {
  return text.startsWith('/') || text === '' ? text : '/';
}

export function go(path) { location.hash = `#${path}`; }

// Takes the place of the address in the bar, so that Back skips it.
export function instead(path) {
  history.replaceState(history.state, '', `#${path}`);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

// One step back inside the app, or to `fallback` where there is none.
export function back(fallback = '/') {
  if (history.state?.inside) history.back();
  else instead(fallback);
}

// Marks this entry of the history as reached from within.
export function markInside() {
  if (!history.state?.inside) history.replaceState({ inside: true }, '');
}
