// The channels that "next" and "previous" go through: the list that the viewer came from, else the first ones there are.

import { get, catalog } from './api.js';
import { read, write } from './store.js';

const KEY = 'dash_zap';
const MOST = 500;

export function rememberList(channels) {
  write(KEY, channels.slice(0, MOST).map(({ streamId, name, number, image }) => ({ streamId, name, number, image })), sessionStorage);
}

// The list around a channel. Without one that holds it, the catalog's beginning is asked for.
export async function zapList(streamId, signal) {
  const known = read(KEY, [], sessionStorage);
  if (known.some((one) => one.streamId === streamId)) return known;
  const { items } = await get(catalog('live', { limit: 200 }), { signal });
  rememberList(items);
  return items;
}

// Pure: the channel `step` places on, around the end.
export function neighbour(channels, streamId, step) {
  const at = channels.findIndex((one) => one.streamId === streamId);
  if (at < 0 || channels.length < 2) return undefined;
  return channels[(at + step + channels.length) % channels.length];
}
