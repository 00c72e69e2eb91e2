// A titled row of cards that scrolls sideways by itself, never with the page.

import { el, replace } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { skeletons } from './card.js';

export function row(title, { href, shape = 'wide', waiting = 0 } = {}) {
  const list = el('ul', { class: `row ${shape}` }, skeletons(waiting, shape).map((card) => el('li', {}, card)));
  const section = el('section', { class: 'shelf', aria: { label: title, busy: waiting > 0 } },
    el('div', { class: 'shelf-head' },
      el('h2', {}, title),
      href && el('a', { class: 'more', href, aria: { label: t('home.allOf', { what: title }) } }, t('home.all'), icon('next'))),
    list);
  section.fill = (cards) => {
    section.setAttribute('aria-busy', 'false');
    if (cards.length === 0) section.remove();
    else replace(list, cards.map((card) => el('li', {}, card)));
  };
  return section;
}
