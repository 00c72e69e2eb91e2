// One thing to watch, as a card: a picture that is only fetched when it comes into sight, or one of our own making.

import { el } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';

// How wide pictures are asked for, in pixels: what the gateway makes them for.
const WIDTHS = [160, 320, 640];

export const saver = () => navigator.connection?.saveData === true;

// A picture of the gateway, sized for this screen; drawn letters where there is none, or none can be had.
export function picture(image, name, width, { eager = false } = {}) {
  const box = el('span', { class: 'art', aria: { hidden: true } });
  box.style.setProperty('--hue', hue(name));
  box.append(el('span', { class: 'initials' }, initials(name)));
  if (typeof image !== 'string' || !image.startsWith('/api/images/')) return box;
  const wanted = width * Math.min(devicePixelRatio || 1, saver() ? 1 : 2);
  const size = WIDTHS.find((one) => one >= wanted) ?? WIDTHS.at(-1);
  const img = el('img', { src: `${image}?width=${size}`, alt: '', loading: eager ? 'eager' : 'lazy', decoding: 'async' });
  img.addEventListener('load', () => box.classList.add('loaded'));
  img.addEventListener('error', () => img.remove());
  box.append(img);
  return box;
}

// The same name always has the same colour, between violet and cyan.
function hue(name) {
  let sum = 0;
  for (const letter of name ?? '') sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return 190 + (sum % 130);
}

function initials(name) {
  const words = (name ?? '').replace(/[^\p{L}\p{N} ]/gu, ' ').trim().split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join('') || '·';
}

export function channelCard(channel, onclick) {
  const name = channel.name ?? '';
  return el('a', { class: 'card channel', href: `#/play/${channel.streamId}`, onclick, data: { stream: channel.streamId } },
    el('span', { class: 'frame wide' }, picture(channel.image, name, 200), channel.number ? el('span', { class: 'badge' }, el('span', { class: 'unseen' }, t('home.channel', { n: channel.number })), el('span', { aria: { hidden: true } }, channel.number)) : null),
    el('span', { class: 'card-title' }, name));
}

export function titleCard(item, kind) {
  const page = kind === 'series' ? `#/show/${item.id}` : `#/film/${item.streamId}`;
  const facts = [item.year, Number(item.rating) > 0 ? `★ ${Number(item.rating).toFixed(1)}` : ''].filter(Boolean);
  return el('a', { class: 'card title', href: page, data: { stream: item.streamId ?? `series-${item.id}` } },
    el('span', { class: 'frame tall' }, picture(item.image, item.name, 160)),
    el('span', { class: 'card-title' }, item.name ?? ''),
    el('span', { class: 'card-line' }, facts.join(' · ')));
}

// Something left unfinished, with how far it was watched.
export function unfinishedCard(entry, line) {
  const bar = el('span', { class: 'progress' }, el('span', {}));
  bar.firstChild.style.width = `${Math.min(100, (entry.position / (entry.duration || 1)) * 100)}%`;
  return el('a', { class: 'card channel', href: `#/play/${entry.streamId}`, data: { stream: entry.streamId } },
    el('span', { class: 'frame wide' }, picture(entry.image, entry.title, 200), el('span', { class: 'go' }, icon('play')), bar),
    el('span', { class: 'card-title' }, entry.title ?? ''),
    el('span', { class: 'card-line' }, line));
}

export function skeletons(count, shape) {
  return Array.from({ length: count }, () => el('span', { class: 'card', aria: { hidden: true } },
    el('span', { class: `frame ${shape} skeleton` }), el('span', { class: 'skeleton line' })));
}
