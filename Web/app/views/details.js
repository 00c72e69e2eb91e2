// A film or a series: what it is, what it costs to watch, and where to go on.

import { get } from '../api.js';
import { el, replace } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { bytes, clock, minutes } from '../format.js';
import { position, unfinished } from '../watched.js';
import { picture } from './card.js';
import { seasons } from './seasons.js';

// Bytes an hour at two qualities, for a word about cost before the stream itself has told.
const LOW = 300e6;
const HIGH = 1125e6;

export function open(main, { parts: [kind, id] }) {
  const stopping = new AbortController();
  replace(main, el('div', { class: 'details' }, el('div', { class: 'backdrop skeleton' }),
    el('div', { class: 'details-head' }, el('span', { class: 'frame tall skeleton' }), el('div', {}, el('span', { class: 'skeleton line big' }), el('span', { class: 'skeleton line' })))));
  let name = '';
  const ready = (async () => {
    const path = kind === 'show' ? `/api/catalog/series/${id}` : `/api/catalog/vod/${id.replace(/^vod-/, '')}`;
    const { item } = await get(path, { signal: stopping.signal });
    name = item.name ?? '';
    replace(main, page(kind, id, item));
  })();
  return { title: () => name, ready, close: () => stopping.abort() };
}

function page(kind, id, item) {
  const seconds = lengthOf(item.duration);
  const facts = [item.year, seconds ? minutes(seconds) : '', item.genre].filter(Boolean);
  const backdrop = el('div', { class: 'backdrop' }, picture(item.backdrop ?? item.image, item.name, 640, { eager: true }));
  return el('article', { class: 'details' }, backdrop,
    el('div', { class: 'details-head' },
      el('span', { class: 'frame tall' }, picture(item.image, item.name, 200, { eager: true })),
      el('div', { class: 'details-text' },
        el('h1', { tabindex: '-1' }, item.name ?? ''),
        el('p', { class: 'facts' }, facts.map((one) => el('span', {}, one)),
          Number(item.rating) > 0 && el('span', { class: 'stars', aria: { label: t('details.rating', { n: Number(item.rating).toFixed(1) }) }, role: 'img' }, `★ ${Number(item.rating).toFixed(1)}`)),
        kind === 'show' ? continueSeries(id) : playFilm(item.streamId ?? id, seconds),
        item.plot && el('p', { class: 'plot' }, item.plot),
        people('details.director', item.director), people('details.cast', item.cast))),
    kind === 'show' && seasons(item, id));
}

function playFilm(streamId, seconds) {
  const at = position(streamId);
  return [
    el('div', { class: 'actions' },
      el('a', { class: 'button primary', href: `#/play/${streamId}` }, icon('play'), at ? t('details.resume', { time: clock(at) }) : t('details.play')),
      at ? el('a', { class: 'button', href: `#/play/${streamId}?from=0` }, t('details.restart')) : null),
    seconds > 0 && el('p', { class: 'fine' }, icon('data'), t('details.cost', { low: bytes((LOW * seconds) / 3600), high: bytes((HIGH * seconds) / 3600) })),
  ];
}

// The episode last watched, if there is one.
function continueSeries(id) {
  const last = unfinished().find((one) => one.page === `/show/${id}`);
  return last && el('div', { class: 'actions' },
    el('a', { class: 'button primary', href: `#/play/${last.streamId}` }, icon('play'), last.title));
}

function people(words, names) {
  return names ? el('p', { class: 'people' }, el('span', {}, t(words)), ' ', names) : null;
}

// "01:32:10", "92 min" or 5530: panels say it in many ways. Seconds; 0: not known.
export function lengthOf(duration) {
  if (typeof duration === 'number') return duration;
  const parts = /^(\d+):(\d{1,2})(?::(\d{1,2}))?$/.exec(duration ?? '');
  if (parts) return parts[3] === undefined ? parts[1] * 60 + Number(parts[2]) : parts[1] * 3600 + parts[2] * 60 + Number(parts[3]);
  const only = /^(\d+)\s*(min|m)?/.exec(duration ?? '');
  return only ? Number(only[1]) * (only[2] ? 60 : 1) : 0;
}
