// The first screen: go on where you were, what is live, films, series.

import { get, catalog } from '../api.js';
import { ask } from '../ahead.js';
import { el, replace } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { bytes, minutes, perHour } from '../format.js';
import { unfinished, channels } from '../watched.js';
import { rememberList } from '../zapList.js';
import { used } from '../data/meter.js';
import { limit, usedOf } from '../data/budget.js';
import { channelCard, titleCard, unfinishedCard, picture } from './card.js';
import { row } from './row.js';

// So many of each: enough to choose from, little to load.
const MANY = 18;
// What the lightest usual picture costs, for the promise on the first screen.
const LIGHT = 300;

const PATHS = {
  live: catalog('live', { limit: MANY }), vod: catalog('vod', { limit: MANY, sort: 'added' }), series: catalog('series', { limit: MANY }),
};

// Before there are words to show anything with.
export function prepare() { Object.values(PATHS).forEach(ask); }

export function open(main) {
  const stopping = new AbortController();
  const hero = el('section', { class: 'hero' }, el('h1', { class: 'unseen' }, t('nav.home')));
  const left = unfinished().slice(0, 12);
  const recent = channels().slice(0, 12);
  const shelves = {
    live: row(t('home.live'), { href: '#/live', waiting: 6 }),
    vod: row(t('home.films'), { href: '#/films', shape: 'tall', waiting: 8 }),
    series: row(t('home.series'), { href: '#/series', shape: 'tall', waiting: 8 }),
  };
  const page = [hero];
  if (left.length) {
    const section = row(t('home.continue'));
    section.fill(left.map((one) => unfinishedCard(one, t('home.left', { time: minutes(Math.max(60, one.duration - one.position)) }))));
    page.push(section);
  }
  if (recent.length) {
    const section = row(t('home.recent'));
    section.fill(recent.map((one) => channelCard(one, () => rememberList(recent))));
    page.push(section);
  }
  replace(main, page, Object.values(shelves));
  fillHero(hero, recent);
  return { title: () => t('nav.home'), ready: load(shelves, hero, stopping.signal, recent.length > 0), close: () => stopping.abort() };
}

// Each row comes when its answer does. The page fails only if nothing at all could be had.
async function load(shelves, hero, signal, hasHero) {
  const kinds = Object.keys(PATHS);
  const answers = await Promise.allSettled(kinds.map(async (kind) => {
    try {
      const { items } = await get(PATHS[kind], { signal });
      shelves[kind].fill(items.map((item) => (kind === 'live' ? channelCard(item, () => rememberList(items)) : titleCard(item, kind))));
      if (kind === 'live' && !hasHero) fillHero(hero, items);
    } catch (error) {
      shelves[kind].remove();
      throw error;
    }
  }));
  const failures = answers.filter((one) => one.status === 'rejected');
  if (failures.length === kinds.length) throw failures[0].reason;
}

// The first of some channels to start at a touch, and what was used today.
function fillHero(hero, list) {
  const [channel] = list;
  const name = channel?.name ?? '';
  replace(hero,
    el('div', { class: 'hero-art' }, channel ? picture(channel.image, name, 320, { eager: true }) : el('span', { class: 'skeleton fill' })),
    el('div', { class: 'hero-text' },
      el('h1', { class: 'unseen' }, t('nav.home')),
      el('p', { class: 'eyebrow' }, el('span', { class: 'dot' }), t('home.live')),
      el('p', { class: 'hero-title' }, name || ' '),
      el('p', { class: 'hero-line' }, t('home.low', { rate: perHour(LIGHT) })),
      el('div', { class: 'actions' },
        channel && el('a', { class: 'button primary', href: `#/play/${channel.streamId}`, onclick: () => rememberList(list) }, icon('play'), t('home.watchLive')),
        usage())));
}

function usage() {
  const totals = used();
  const set = limit();
  const period = set?.period === 'month' ? 'home.month' : 'home.today';
  const amount = set ? usedOf(totals, set) : totals.today;
  return el('a', { class: 'button', href: '#/settings' }, icon('data'),
    el('span', {}, `${t(period)} ${bytes(amount)}`, set ? ` ${t('home.of', { limit: bytes(set.bytes) })}` : ''));
}
