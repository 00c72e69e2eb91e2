// The channels that "next" and "previous" go through: the list that the viewer came from, else the first ones there are.

import { get, catalog } from './api.js';
import { read, write } from './store.js';
import { channels } from './watched.js';

const KEY = 'dash_zap';
const MOST = 500;

export function rememberList(channels) {
  write(KEY, channels.slice(0, MOST).map(({ streamId, name, number, image }) => ({ streamId, name, number, image })), sessionStorage);
}

// The list around a channel. Without one that holds it and others, the catalog's beginning is asked for.
export async function zapList(streamId, signal) {
  const is = (one) => one.streamId === streamId;
  const known = read(KEY, [], sessionStorage);
  if (known.length > 1 && known.some(is)) return known;
  const { items } = await get(catalog('live', { limit: 200 }), { signal });
  // One that is further behind, and known from elsewhere, comes first.
  const found = items.some(is) ? undefined : known.find(is) ?? channels().find(is);
  const list = found ? [found, ...items] : items;
  rememberList(list);
  return list;
}

// Pure: the channel `step` places on, around the end.
export function neighbour(channels, streamId, step) {
  const at = channels.findIndex((one) => one.streamId === streamId);
  if (at < 0 || channels.length < 2) return undefined;
  return channels[(at + step + channels.length) % channels.length];
}
