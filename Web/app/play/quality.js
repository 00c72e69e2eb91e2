// Which variant plays: the viewer's wish, under the budget's cap, as the link allows. Pure, but for the remembered wish.

import { readWord, writeWord } from '../store.js';
import { t } from '../words.js';

const KEY = 'dash_quality_preference';

export const QUALITIES = ['auto', '240p', '360p', '480p', '720p', '1080p', 'original', 'audio'];

export function preference() {
  const wish = readWord(KEY, 'auto');
  return QUALITIES.includes(wish) ? wish : 'auto';
}

export function setPreference(name) { writeWord(KEY, name); }

export function label(name) {
  return ['auto', 'original', 'audio'].includes(name) ? t(`quality.${name}`) : name;
}

// Lines that a quality asks for; Auto and Original ask for all there are.
export function lines(name) { return /^\d+p$/.test(name) ? Number.parseInt(name, 10) : Infinity; }

// What Auto begins with before it knows the link.
const SENSIBLE = 360;
// Usable bits a second (see speed.js) over a variant's average, which is nearly its most: to go up, and to stay.
const UP = 1.15;
const STAY = 1.05;

// One of `variants` ({ name, height, average }, any order; never empty).
// wish: see QUALITIES; cap: most lines that the budget allows; speed: measured bits/s, undefined before the first segment;
// screen: lines that can be seen; saver: the phone asks to save; current: name of what plays.
export function choose(variants, { wish, cap = Infinity, speed, screen = Infinity, saver = false, current }) {
  const ladder = [...variants].sort((a, b) => a.height - b.height || a.average - b.average);
  const under = (limit, from = ladder) => from.filter((one) => one.height <= limit).at(-1) ?? from[0];
  const exact = ladder.find((one) => one.name === wish);
  if (wish !== 'auto' && wish !== 'audio') {
    return exact && exact.height <= cap ? exact : under(Math.min(lines(wish), cap));
  }
  // Auto takes the original only where nothing else is: nobody says how much it takes.
  const encoded = ladder.filter((one) => one.name !== 'original');
  const choice = encoded.length > 0 ? encoded : ladder;
  const enough = choice.find((one) => one.height >= screen)?.height ?? Infinity;
  const limit = Math.min(cap, enough, saver ? SENSIBLE : Infinity);
  if (speed === undefined) return under(Math.min(limit, saver ? 0 : SENSIBLE), choice);
  const bearable = choice.filter((one) => one.height <= limit && speed >= one.average * (one.name === current ? STAY : UP));
  return bearable.at(-1) ?? choice[0];
}

// Whether Auto shows less than it begins with because the link bears no more; `current`: name of what plays.
export function isPoor(variants, { speed, current }) {
  const ladder = variants.filter((one) => one.name !== 'original').sort((a, b) => a.height - b.height);
  const playing = ladder.find((one) => one.name === current);
  const better = ladder.find((one) => one.height > (playing?.height ?? Infinity));
  return Boolean(better) && playing.height < SENSIBLE && speed < better.average * UP;
}

// Megabytes an hour, by the average bits a second on the wire: as the API counts.
export function megabytesPerHour(average) { return Math.round((average * 3600) / 8 / 1e6); }
