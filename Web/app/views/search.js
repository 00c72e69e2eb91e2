// Search in everything at once. Waits for a pause in typing: every request costs the viewer.

import { get, catalog } from '../api.js';
import { el, replace, announce } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { rememberList } from '../zapList.js';
import { advice } from '../failures.js';
import { channelCard, titleCard, skeletons } from './card.js';
import { row } from './row.js';

const PAUSE = 350;
const SHORTEST = 2;
const MANY = 24;
const GROUPS = [['live', 'nav.live', 'wide'], ['vod', 'nav.films', 'tall'], ['series', 'nav.series', 'tall']];

export function open(main, { query }) {
  const results = el('div', { class: 'results' });
  const status = el('p', { class: 'count', role: 'status' }, t('search.hint'));
  const field = el('input', {
    type: 'search', id: 'query', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', enterkeyhint: 'search',
    placeholder: t('search.label'), value: query.get('q') ?? '', aria: { label: t('search.label') },
  });
  let timer;
  let asking = new AbortController();
  const ask = () => {
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
    const text = field.value.trim();
    history.replaceState(history.state, '', text ? `#/search?q=${encodeURIComponent(text)}` : '#/search');
    find(text, results, status, asking.signal);
  };
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  replace(main, el('h1', { tabindex: '-1' }, t('search.title')),
    el('form', { class: 'search', role: 'search', onsubmit: (event) => { event.preventDefault(); ask(); } }, icon('search'), field), status, results);
  if (field.value) ask();
  return { title: () => t('search.title'), ready: Promise.resolve(), focus: () => field, close: () => { clearTimeout(timer); asking.abort(); } };
}

async function find(text, results, status, signal) {
  if (text.length < SHORTEST) {
    results.replaceChildren();
    status.textContent = t('search.hint');
    return;
  }
  if (!results.firstChild) replace(results, el('ul', { class: 'grid tall' }, skeletons(6, 'tall').map((one) => el('li', {}, one))));
  try {
    const answers = await Promise.all(GROUPS.map(([kind]) => get(catalog(kind, { search: text, limit: MANY }), { signal })));
    show(answers, results);
    const count = answers.reduce((sum, answer) => sum + answer.total, 0);
    status.textContent = count ? t('search.found', { count }) : t('search.none', { query: text });
  } catch (error) {
    if (signal.aborted) return;
    results.replaceChildren();
    status.textContent = advice(error);
    announce(advice(error));
  }
}

function show(answers, results) {
  results.replaceChildren();
  GROUPS.forEach(([kind, words, shape], index) => {
    const { items, total } = answers[index];
    if (total === 0) return;
    const section = row(t(words), { shape });
    section.fill(items.map((item) => (kind === 'live' ? channelCard(item, () => rememberList(items)) : titleCard(item, kind))));
    results.append(section);
  });
}
