// What was watched on this device and where it was left: for "continue watching", never sent anywhere.

import { read, write } from './store.js';

const FILMS = 'dash_positions';
const CHANNELS = 'dash_channels';
const MOST = 40;
// Beginnings and ends are not worth resuming: seconds, and a share of the whole.
const BEGUN = 5;
const DONE = 0.95;

// Films and episodes, the latest first: { streamId, title, image, at, position, duration, page }
export function unfinished() {
  return Object.values(read(FILMS, {})).sort((a, b) => b.at - a.at);
}

export function position(streamId) {
  return read(FILMS, {})[streamId]?.position ?? 0;
}

export function remember(entry) {
  const all = read(FILMS, {});
  if (entry.position < BEGUN || (entry.duration > 0 && entry.position > entry.duration * DONE)) delete all[entry.streamId];
  else all[entry.streamId] = { ...entry, at: Date.now() };
  const kept = Object.values(all).sort((a, b) => b.at - a.at).slice(0, MOST);
  write(FILMS, Object.fromEntries(kept.map((one) => [one.streamId, one])));
}

export function forget(streamId) {
  const all = read(FILMS, {});
  delete all[streamId];
  write(FILMS, all);
}

// Channels, the latest first: { streamId, name, number, image }
export function channels() { return read(CHANNELS, []); }

export function rememberChannel(channel) {
  write(CHANNELS, [channel, ...channels().filter((one) => one.streamId !== channel.streamId)].slice(0, 12));
}

export function forgetAll() {
  write(FILMS, undefined);
  write(CHANNELS, undefined);
}
