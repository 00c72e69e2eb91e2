// The seasons of a series as tabs, their episodes as a list.

import { el, replace } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { clock, minutes } from '../format.js';
import { position, unfinished } from '../watched.js';
import { rememberEpisodes } from '../play/titles.js';
import { picture } from './card.js';
import { lengthOf } from './details.js';

export function seasons(item, id) {
  const all = item.seasons ?? [];
  rememberEpisodes(item, id);
  if (all.length === 0) return el('p', { class: 'empty' }, t('details.noEpisodes'));
  const list = el('ol', { class: 'episodes' });
  const tabs = el('div', { class: 'chips', role: 'group', aria: { label: t('details.seasons') } });
  const show = (season) => {
    for (const [index, tab] of [...tabs.children].entries()) tab.setAttribute('aria-pressed', all[index] === season);
    replace(list, (season.episodes ?? []).map((one) => episode(one, item)));
  };
  tabs.append(...all.map((season) => el('button', { class: 'chip', onclick: () => show(season) }, season.name || t('details.season', { n: season.season }))));
  show(all.find((season) => season.episodes?.some((one) => one.streamId === lastOf(id))) ?? all[0]);
  return el('section', { class: 'seasons', aria: { label: t('details.seasons') } }, tabs, list);
}

function lastOf(id) { return unfinished().find((one) => one.page === `/show/${id}`)?.streamId; }

function episode(one, item) {
  const at = position(one.streamId);
  const seconds = lengthOf(one.duration);
  const line = [t('details.episode', { n: one.episode }), seconds ? minutes(seconds) : '', at ? t('details.watched', { time: clock(at) }) : ''].filter(Boolean).join(' · ');
  return el('li', {}, el('a', { class: 'episode', href: `#/play/${one.streamId}`, data: { stream: one.streamId } },
    el('span', { class: 'frame wide' }, picture(one.image ?? item.image, one.title || item.name, 160), el('span', { class: 'go' }, icon('play'))),
    el('span', { class: 'episode-text' }, el('span', { class: 'card-title' }, one.title || t('details.episode', { n: one.episode })),
      el('span', { class: 'card-line' }, line), one.plot && el('span', { class: 'episode-plot' }, one.plot))));
}
