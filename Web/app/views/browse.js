// All channels, films or series: categories as chips, cards, and more when asked for: no endless scroll that eats data.

import { get, catalog } from '../api.js';
import { el, replace, append } from '../dom.js';
import { t } from '../words.js';
import { instead } from '../router.js';
import { rememberList } from '../zapList.js';
import { channelCard, titleCard, skeletons } from './card.js';

const KINDS = { live: 'live', films: 'vod', series: 'series' };
const PAGE = 48;

export function open(main, { path, parts: [place], query }) {
  const kind = KINDS[place];
  const stopping = new AbortController();
  const state = { kind, category: query.get('category') ?? '', page: 0, items: [], signal: stopping.signal };
  const chips = el('div', { class: 'chips', role: 'group', aria: { label: t('browse.categories') } });
  const grid = el('ul', { class: `grid ${kind === 'live' ? 'wide' : 'tall'}` }, skeletons(12, kind === 'live' ? 'wide' : 'tall').map((one) => el('li', {}, one)));
  const count = el('p', { class: 'count' }, ' ');
  const more = el('button', { class: 'wide-button', hidden: true, onclick: () => turn(state, grid, count, more) }, t('browse.more'));
  replace(main, el('div', { class: 'page-head' }, el('h1', { tabindex: '-1' }, t(`nav.${place}`)), count), chips, grid, more);
  fillChips(chips, path, state);
  return { title: () => t(`nav.${place}`), ready: turn(state, grid, count, more), close: () => stopping.abort() };
}

async function fillChips(chips, path, { kind, category, signal }) {
  try {
    const { categories } = await get(`/api/catalog/${kind}/categories`, { signal });
    replace(chips, [{ id: '', name: t('browse.all') }, ...categories].map(({ id, name }) =>
      el('button', {
        class: 'chip', aria: { pressed: String(id) === category },
        onclick: () => instead(id === '' ? path : `${path}?category=${encodeURIComponent(id)}`),
      }, name)));
  } catch { chips.remove(); /* everything is still there, in one list */ }
}

async function turn(state, grid, count, more) {
  more.disabled = true;
  try {
    const answer = await get(catalog(state.kind, { category: state.category, page: state.page + 1, limit: PAGE }), { signal: state.signal });
    if (state.page === 0) grid.replaceChildren();
    state.page += 1;
    state.items.push(...answer.items);
    if (state.kind === 'live') rememberList(state.items);
    const first = grid.children.length;
    append(grid, answer.items.map((item) => el('li', {}, state.kind === 'live' ? channelCard(item) : titleCard(item, state.kind))));
    count.textContent = t(state.kind === 'live' ? 'browse.channels' : 'browse.count', { count: answer.total, n: answer.total.toLocaleString(document.documentElement.lang) });
    more.hidden = state.page >= answer.pages;
    if (state.page > 1) grid.children[first]?.querySelector('a')?.focus();
    if (answer.total === 0) grid.replaceWith(el('p', { class: 'empty' }, t('browse.empty')));
  } finally {
    more.disabled = false;
  }
}
