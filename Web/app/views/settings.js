// Data and budget, quality, language, account: what is the viewer's to decide, on one page.

import { post } from '../api.js';
import { el, replace, toast } from '../dom.js';
import { t, choose, LANGUAGES, locale } from '../words.js';
import { bytes } from '../format.js';
import { go } from '../router.js';
import { forgetAll } from '../watched.js';
import * as meter from '../data/meter.js';
import { limit, usedOf } from '../data/budget.js';
import { budgetForm } from './budgetForm.js';
import { preference, setPreference, QUALITIES, label } from '../play/quality.js';
import { whoAmI } from './signIn.js';

export function open(main) {
  const stopping = new AbortController();
  const figures = el('dl', { class: 'figures' });
  const budget = el('div', { class: 'budget-bar' });
  const draw = () => { drawFigures(figures); drawBudget(budget); };
  draw();
  const stopFollowing = meter.follow(draw);
  const account = el('section', { class: 'panel', hidden: true });
  replace(main, el('h1', { tabindex: '-1' }, t('settings.title')), el('div', { class: 'panels' },
    el('section', { class: 'panel', aria: { labelledby: 'data' } }, el('h2', { id: 'data' }, t('data.title')), figures,
      el('p', { class: 'fine' }, t('data.device')), budget, budgetForm(draw),
      el('button', { class: 'quiet', onclick: () => meter.reset() }, t('data.reset'))),
    radios('settings.quality', 'quality', QUALITIES.map((name) => [name, label(name)]), preference(), setPreference),
    radios('settings.language', 'language', Object.entries(LANGUAGES), locale(), async (language) => {
      await choose(language);
      dispatchEvent(new Event('dash:language'));
    }),
    account, install(),
    el('section', { class: 'panel' }, el('h2', {}, t('settings.keys')), el('p', { class: 'fine' }, t('player.help'))),
    el('section', { class: 'panel' }, el('h2', {}, t('settings.history')),
      el('button', { onclick: () => { forgetAll(); toast(t('settings.forgotten')); } }, t('settings.forget')))));
  fillAccount(account, stopping.signal);
  return { title: () => t('settings.title'), ready: Promise.resolve(), close: () => { stopFollowing(); stopping.abort(); } };
}

function drawFigures(list) {
  const { session, today, month } = meter.used();
  replace(list, [['data.session', session], ['data.today', today], ['data.month', month]].map(([words, count]) =>
    el('div', {}, el('dt', {}, t(words)), el('dd', { data: { bytes: count } }, bytes(count)))));
}

function drawBudget(box) {
  const set = limit();
  box.hidden = !set;
  if (!set) return;
  const used = usedOf(meter.used(), set);
  const share = Math.min(1, used / set.bytes);
  const bar = el('span', { class: 'progress', role: 'progressbar', aria: { valuenow: Math.round(share * 100), valuemin: 0, valuemax: 100, label: t('data.budget') } }, el('span', {}));
  bar.firstChild.style.width = `${share * 100}%`;
  bar.dataset.state = share >= 0.95 ? 'spent' : share >= 0.8 ? 'near' : 'fine';
  replace(box, el('p', {}, t('data.usage', { used: bytes(used), limit: bytes(set.bytes) }), ' ', t(set.period === 'day' ? 'data.perDay' : 'data.perMonth')), bar);
}

function radios(words, name, choices, chosen, onchoose) {
  return el('section', { class: 'panel' }, el('fieldset', {}, el('legend', {}, el('h2', {}, t(words))),
    el('div', { class: 'options' }, choices.map(([value, text]) => el('label', { class: 'option' },
      el('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onchoose(value) }), el('span', {}, text))))));
}

function install() {
  const offer = window.dashInstall;
  return offer && el('section', { class: 'panel' }, el('h2', {}, t('settings.install')), el('p', {}, t('settings.installText')),
    el('button', { class: 'primary', onclick: async () => { await offer.prompt(); window.dashInstall = undefined; } }, t('settings.install')));
}

async function fillAccount(section, signal) {
  const name = await whoAmI(signal);
  if (!name) return;
  section.hidden = false;
  replace(section, el('h2', {}, t('settings.account')), el('p', {}, t('settings.signedIn', { name })),
    el('button', { onclick: async () => { await post('/api/logout').catch(() => {}); go('/sign-in'); } }, t('settings.signOut')));
}
