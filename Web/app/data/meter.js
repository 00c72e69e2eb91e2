// Counts every byte that comes in, as the browser itself reports it: media, pictures, answers, this page.
//
// `transferSize` is what went over the wire, headers included, and nothing for what came out of a cache. Requests that were
// cut off are reported by no browser: whoever cuts them off (the player, on a change of quality) says how far they had come.

import { enter, totals, startFromZero } from './ledger.js';

const listeners = new Set();
let pending = 0;
let timer;

export function start() {
  take(performance.getEntriesByType('navigation'));
  // Also what came before this module did.
  new PerformanceObserver((list) => take(list.getEntries())).observe({ type: 'resource', buffered: true });
  // The observer sees all; the browser's own list is only kept from growing.
  performance.addEventListener?.('resourcetimingbufferfull', () => performance.clearResourceTimings());
  // Our service worker says what keeping the shell has cost.
  navigator.serviceWorker?.addEventListener('message', (event) => add(event.data?.bytes));
  navigator.serviceWorker?.startMessages();
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', flush);
}

function take(entries) {
  for (const entry of entries) add(entry.transferSize || 0);
}

export function add(count) {
  if (!(count > 0)) return;
  pending += count;
  timer ??= setTimeout(flush, 1000);
}

export function flush() {
  clearTimeout(timer);
  timer = undefined;
  if (pending > 0) enter(pending);
  pending = 0;
  for (const listener of listeners) listener(totals());
}

export function used() {
  const known = totals();
  return { session: known.session + pending, today: known.today + pending, month: known.month + pending };
}

export function reset() {
  pending = 0;
  startFromZero();
  flush();
}

// Calls back about once a second while bytes come in. Returns what ends it.
export function follow(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
