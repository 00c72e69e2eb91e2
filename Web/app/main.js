// Begins: language, frame, data meter; then one view after another, as the address says.

import { announce, replace } from './dom.js';
import { frame, markPlace } from './frame.js';
import { panel } from './failures.js';
import { ApiError } from './api.js';
import { route, go, back, markInside } from './router.js';
import { preferred, speak, t } from './words.js';
import * as meter from './data/meter.js';

const root = document.getElementById('app');
let main;
// The view in sight: { title, focus?, close? }, and the attempt that made it.
let view;
let attempt = 0;

async function show() {
  const mine = ++attempt;
  view?.close?.();
  view = undefined;
  const place = route();
  if (!place) return go('/');
  document.body.dataset.view = place.path.split('/')[1] || 'home';
  markPlace(place.path);
  try {
    const { open } = await loaded(place.load);
    if (mine !== attempt) return;
    // Views put up their own skeleton at once and fill it when answers come.
    const opened = open(main, place);
    view = opened;
    await opened.ready;
    if (mine !== attempt) return;
    entitle(opened);
  } catch (error) {
    if (mine !== attempt || error?.name === 'AbortError') return;
    failed(error);
  }
}

// A new version may have taken this one's modules away: the page anew brings the whole of it.
async function loaded(load) {
  try {
    return await load();
  } catch {
    // Browsers remember a module that failed: only a fresh page asks for it again.
    throw Object.assign(new ApiError(navigator.onLine === false ? 'offline' : 'unreachable'), { needsPage: true });
  }
}

function entitle(opened) {
  document.title = opened.title() ? `${opened.title()} · DASH WebTV` : 'DASH WebTV';
  announce(opened.title());
  // Whoever is in the view already, in a menu of the player, stays there.
  const isInside = document.activeElement !== main && main.contains(document.activeElement);
  if (history.state?.inside && !isInside) (opened.focus?.() ?? main.querySelector('h1') ?? main).focus({ preventScroll: true });
}

function failed(error) {
  if (error instanceof ApiError && error.code === 'login_required') return go('/sign-in');
  if (!(error instanceof ApiError)) console.error(error);
  const box = panel(error, { retry: error.needsPage ? () => location.reload() : show, back: () => back() });
  replace(main, box);
  document.title = `${box.querySelector('h1').textContent} · DASH WebTV`;
  box.querySelector('h1').focus();
  view = { close: box.stop };
}

function build() {
  main = frame(root);
  return show();
}

function keepShell() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('/sw.js').catch(() => { /* private windows refuse it: the page works without */ });
}

addEventListener('hashchange', () => {
  markInside();
  scrollTo(0, 0);
  show();
});
addEventListener('dash:language', build);
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  window.dashInstall = event;
});

meter.start();
// Words and first answers come side by side.
route()?.load().then((first) => first.prepare?.(), () => { /* `show` says so */ });
await speak(preferred());
await build();
document.documentElement.dataset.ready = t('nav.home');
// After everything that the viewer waits for.
if (document.readyState === 'complete') keepShell();
else addEventListener('load', keepShell, { once: true });
import('./arrows.js').then(({ arrows }) => arrows());
