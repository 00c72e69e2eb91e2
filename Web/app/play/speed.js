// How fast the link is, from how fast segments came. Careful: a bad moment counts at once, a good one only when it lasts.

import { read, write } from '../store.js';

const KEY = 'dash_link_speed';
// A measure of an hour ago says nothing any more.
const FRESH = 3600e3;
// Milliseconds of a segment. Of each, the way there and back is lost: nothing comes meanwhile.
const SEGMENT = 4000;
// What comes sooner (ms) says only that it is fast.
const SHORTEST = 50;

export function speedometer() {
  let fast;
  let slow;
  // The way there and back (ms), the shortest seen lately: a busy page sees an answer late, and never early.
  let away;

  function add(bits) {
    if (!(bits > 0) || !Number.isFinite(bits)) return;
    fast = fast === undefined ? bits : fast * 0.4 + bits * 0.6;
    slow = slow === undefined ? bits : slow * 0.75 + bits * 0.25;
    write(KEY, { bits: Math.round(Math.min(fast, slow)), at: Date.now() });
  }

  return {
    // So many ms after it was asked for, the first of an answer came.
    answered(ms) { away = away === undefined ? ms : Math.min(ms, away * 1.05); },
    // A segment of so many bytes was there so many ms after it was asked for. Small ones take longer to be asked for than to come: they
    // would make a link look slow that is only far.
    arrived(bytes, ms) {
      const way = away ?? 0;
      add(((bytes * 8000) / Math.max(SHORTEST, ms - way)) * (1 - Math.min(0.5, way / SEGMENT)));
    },
    // Bits a second that segments may take; undefined before the first one.
    get value() { return fast === undefined ? undefined : Math.min(fast, slow); },
  };
}

// What the last visit measured, if that was lately.
export function lastSpeed(now = Date.now()) {
  const known = read(KEY, undefined);
  return known && now - known.at < FRESH ? known.bits : undefined;
}
