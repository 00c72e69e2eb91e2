// What stays around every view: skip link, brand, menu, data meter, the region that speaks to screen readers.

import { el, replace, setAria } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';
import { bytes } from './format.js';
import { used, follow } from './data/meter.js';
import { limit, usedOf } from './data/budget.js';

const PLACES = [
  ['/', 'home', 'nav.home'], ['/live', 'live', 'nav.live'], ['/films', 'film', 'nav.films'],
  ['/series', 'series', 'nav.series'], ['/search', 'search', 'nav.search'],
];

let stop = () => {};

// Builds the frame into `root` and returns the element that views fill.
export function frame(root) {
  stop();
  const main = el('main', { id: 'content', tabindex: '-1' });
  replace(root,
    el('a', { class: 'skip', href: '#content', onclick: (event) => { event.preventDefault(); main.focus(); } }, t('app.skip')),
    el('header', { class: 'bar' },
      el('a', { class: 'brand', href: '#/', aria: { label: 'DASH WebTV' } }, mark(), el('span', { aria: { hidden: true } }, 'DASH')),
      el('nav', { class: 'menu', aria: { label: t('app.menu') } }, PLACES.map(place)),
      meterPill(),
      el('a', { class: 'round', href: '#/settings', data: { place: '/settings' }, aria: { label: t('nav.settings') } }, icon('settings'))),
    main,
    el('div', { id: 'announcer', class: 'unseen', aria: { live: 'polite' } }));
  return main;
}

function place([path, picture, words]) {
  return el('a', { href: `#${path}`, data: { place: path } }, icon(picture), el('span', {}, t(words)));
}

function mark() {
  return el('img', { src: new URL('../icons/icon.svg', import.meta.url).pathname, alt: '', width: 32, height: 32 });
}

// The data of this visit, always in sight; the ring shows how much of the budget is gone.
function meterPill() {
  const text = el('span', { class: 'meter-text' });
  const ring = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  ring.setAttribute('viewBox', '0 0 24 24');
  ring.setAttribute('class', 'ring');
  ring.setAttribute('aria-hidden', 'true');
  const arcs = ['ring-track', 'ring-value'].map((name) => {
    const arc = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    for (const [key, value] of Object.entries({ cx: 12, cy: 12, r: 9, pathLength: 100, class: name })) arc.setAttribute(key, value);
    ring.append(arc);
    return arc;
  });
  const pill = el('a', { class: 'meter', href: '#/settings', id: 'meter' }, ring, text);
  const show = () => {
    const totals = used();
    const set = limit();
    const share = set ? Math.min(1, usedOf(totals, set) / set.bytes) : 0;
    text.textContent = bytes(totals.session);
    pill.dataset.bytes = totals.session;
    pill.dataset.state = share >= 0.95 ? 'spent' : share >= 0.8 ? 'near' : 'fine';
    arcs[1].setAttribute('stroke-dasharray', `${share * 100} 100`);
    setAria(pill, 'label', t('data.pill', { n: bytes(totals.session) }));
  };
  show();
  stop = follow(show);
  return pill;
}

// Marks where the viewer is.
export function markPlace(path) {
  for (const link of document.querySelectorAll('[data-place]')) {
    const isHere = link.dataset.place === '/' ? path === '/' || path === '' : path.startsWith(link.dataset.place);
    setAria(link, 'current', isHere ? 'page' : undefined);
  }
}
