// Sets the data budget: an amount that networks sell, or one's own, for a day or a month.

import { el, toast } from '../dom.js';
import { t } from '../words.js';
import { bytes } from '../format.js';
import { limit, setLimit } from '../data/budget.js';

const AMOUNTS = [0, 100e6, 250e6, 500e6, 1e9, 2e9, 5e9, 10e9];
const OWN = 'own';

export function budgetForm(changed) {
  const set = limit();
  const isOwn = set && !AMOUNTS.includes(set.bytes);
  const own = el('input', { type: 'number', id: 'own', min: 1, max: 1000000, step: 1, inputmode: 'numeric', value: isOwn ? set.bytes / 1e6 : '' });
  const ownField = el('div', { class: 'field', hidden: !isOwn }, el('label', { for: 'own' }, t('data.custom')), own);
  const amount = el('select', { id: 'amount', onchange: () => { ownField.hidden = amount.value !== OWN; } },
    AMOUNTS.map((one) => el('option', { value: one, selected: !isOwn && one === (set?.bytes ?? 0) }, one ? bytes(one) : t('data.none'))),
    el('option', { value: OWN, selected: isOwn }, t('data.custom')));
  const period = el('select', { id: 'period' },
    [['day', 'data.perDay'], ['month', 'data.perMonth']].map(([value, words]) => el('option', { value, selected: (set?.period ?? 'month') === value }, t(words))));
  const save = (event) => {
    event.preventDefault();
    const count = amount.value === OWN ? Math.round(Number(own.value) * 1e6) : Number(amount.value);
    setLimit(count, period.value);
    toast(t('data.saved'));
    changed();
  };
  return el('form', { class: 'budget', onsubmit: save }, el('h3', {}, t('data.budget')), el('p', { class: 'fine' }, t('data.explain')),
    el('div', { class: 'fields' },
      el('div', { class: 'field' }, el('label', { for: 'amount' }, t('data.amount')), amount), ownField,
      el('div', { class: 'field' }, el('label', { for: 'period' }, t('data.period')), period),
      el('button', { class: 'primary', type: 'submit' }, t('data.save'))));
}
