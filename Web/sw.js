// Keeps the shell for hours without a network: pages, styles, modules. Never media, never an answer of the API.
//
// The gateway fills in the version and the list of files. A new version is a new worker with a new cache: all of it or nothing.
const VERSION = '@version@';
const SHELL = `dash-shell-${VERSION}`;
const PLAYER = 'dash-player';
const FILES = [/*@files@*/];
// A name stands for one content, whatever the answer's Vary says of origins (in production) and encodings.
const EXACT = { ignoreVary: true };

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(SHELL).then((cache) => cache.addAll(['/', ...FILES])).then(tellWhatItCost).then(() => self.skipWaiting()));
});

// The page counts every byte; what this worker fetches it cannot see.
async function tellWhatItCost() {
  const bytes = performance.getEntriesByType('resource').reduce((sum, entry) => sum + (entry.transferSize || 0), 0);
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage({ bytes });
}

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('dash-shell-') && name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (event.request.mode === 'navigate' && url.pathname === '/') {
    event.respondWith(page(event.request));
  } else if (url.pathname.startsWith(`/app/${VERSION}/`)) {
    event.respondWith(fromCache(SHELL, event.request));
  } else if (url.pathname.startsWith('/vendor/')) {
    event.respondWith(fromCache(PLAYER, event.request));
  }
  // Everything else, media and API above all, goes past this worker untouched.
});

// The page as the network has it; the kept one when the network takes too long or is away.
async function page(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match('/', EXACT);
  if (!kept) return fetch(request);
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), 2500));
  return Promise.race([fetch(request).then((answer) => (answer.ok ? answer : kept), () => kept), patience]);
}

// Names carry a version: what is kept under one never changes.
async function fromCache(name, request) {
  const cache = await caches.open(name);
  const kept = await cache.match(request, EXACT);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && name === PLAYER) {
    for (const old of await cache.keys()) {
      if (directory(old.url) !== directory(request.url)) await cache.delete(old);
    }
    await cache.put(request, answer.clone());
  }
  return answer;
}

function directory(url) { return url.slice(0, url.lastIndexOf('/')); }
