// The viewer's own limit: how many bytes a day or a month, and what happens on the way there. `judge` decides, and is pure.

import { read, write } from '../store.js';
import { dayOf } from './ledger.js';

const KEY = 'dash_budget';

// { bytes, period: 'day' | 'month' } or undefined
export function limit() {
  const set = read(KEY, undefined);
  return set && set.bytes > 0 ? set : undefined;
}

export function setLimit(bytes, period) {
  write(KEY, bytes > 0 ? { bytes, period } : undefined);
}

// The viewer wants to go on: a tenth more, until they are asked again. It ends with the period.
export function allowMore(used) {
  const set = limit();
  if (set) write(KEY, { ...set, more: { until: used + extra(set), in: periodName(set.period) } });
}

export function extra(set) { return Math.max(set.bytes / 10, 5e6); }

export function usedOf(totals, set) { return set.period === 'day' ? totals.today : totals.month; }

function periodName(period) { return period === 'day' ? dayOf(new Date()) : dayOf(new Date()).slice(0, 7); }

// Pure. `rate`: bytes a second that playing costs now; what is already on its way must still fit in.
// { state: 'free' | 'fine' | 'near' | 'ask', cap: highest picture in lines, left: bytes }
export function judge(used, set, rate = 0, period = set && periodName(set.period)) {
  if (!set) return { state: 'free', cap: Infinity, left: Infinity };
  const allowed = set.more && set.more.in === period ? Math.max(set.bytes, set.more.until) : set.bytes;
  const left = Math.max(0, allowed - used);
  const share = used / set.bytes;
  if (left <= Math.min(rate * SECONDS_AHEAD, set.bytes / 10)) return { state: 'ask', cap: 0, left };
  for (const [from, cap] of STEPS) if (share >= from) return { state: 'near', cap, left };
  return { state: 'fine', cap: Infinity, left };
}

// Playing reads ahead; so much is in flight or in the buffer when somebody says stop.
const SECONDS_AHEAD = 15;

// From this share of the budget on, no more lines than these; 0 is the lightest picture there is.
const STEPS = [[0.95, 0], [0.9, 360], [0.8, 480]];
