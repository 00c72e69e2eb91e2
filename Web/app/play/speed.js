// How fast the link is, from how fast segments came. Careful: a bad moment counts at once, a good one only when it lasts.

import { read, write } from '../store.js';

const KEY = 'dash_link_speed';
// A measure of an hour ago says nothing any more.
const FRESH = 3600e3;

export function speedometer() {
  let fast;
  let slow;
  return {
    add(bits) {
      if (!(bits > 0) || !Number.isFinite(bits)) return;
      fast = fast === undefined ? bits : fast * 0.4 + bits * 0.6;
      slow = slow === undefined ? bits : slow * 0.75 + bits * 0.25;
      write(KEY, { bits: Math.round(Math.min(fast, slow)), at: Date.now() });
    },
    // Bits a second; undefined before the first segment.
    get value() { return fast === undefined ? undefined : Math.min(fast, slow); },
  };
}

// What the last visit measured, if that was lately.
export function lastSpeed(now = Date.now()) {
  const known = read(KEY, undefined);
  return known && now - known.at < FRESH ? known.bits : undefined;
}
