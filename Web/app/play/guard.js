// Watches the budget while something plays: makes the picture smaller as it nears, stops and asks before it is passed.

import { el, toast } from '../dom.js';
import { t } from '../words.js';
import { bytes, perHour } from '../format.js';
import * as meter from '../data/meter.js';
import { judge, limit, usedOf, allowMore, extra } from '../data/budget.js';
import { label } from './quality.js';

// engine: see engine.js; stage: where the question appears; actions: { leave, audioOnly }.
export function guard(engine, stage, actions) {
  let cap = Infinity;
  let dialog;

  function rate() { return ((engine.current()?.megabytesPerHour ?? 0) * 1e6) / 3600; }

  function look() { if (!engine.isSuspended) weigh(); }

  function weigh() {
    const set = limit();
    const used = set ? usedOf(meter.used(), set) : 0;
    const verdict = judge(used, set, rate());
    if (verdict.cap < cap && verdict.state === 'near') tell(verdict);
    cap = verdict.state === 'ask' ? cap : verdict.cap;
    if (verdict.state === 'ask' && !dialog) ask(set, used);
  }

  function tell({ cap: lines, left }) {
    const best = engine.qualities().filter((one) => one.height > 0 && one.height <= lines)[0] ?? engine.qualities().filter((one) => one.height > 0).at(-1);
    if (!best || engine.isAudio) return;
    toast(t('data.lowerNow', { left: bytes(left), name: label(best.name) }));
  }

  function ask(set, used) {
    const cost = engine.current()?.megabytesPerHour || 300;
    engine.suspend();
    const close = (then) => { dialog.close(); dialog.remove(); dialog = undefined; then(); };
    const goOn = () => { allowMore(usedOf(meter.used(), set)); engine.resume(); };
    dialog = el('dialog', { class: 'ask', aria: { labelledby: 'ask' } },
      el('h2', { id: 'ask' }, t('data.ask')),
      el('p', {}, t('data.askText', { used: bytes(used), limit: bytes(set.bytes), period: t(set.period === 'day' ? 'data.perDay' : 'data.perMonth'), rate: perHour(cost) })),
      el('p', { class: 'fine' }, t('data.more', { n: bytes(extra(set)) })),
      el('div', { class: 'actions' },
        el('button', { class: 'primary', data: { answer: 'stop' }, onclick: () => close(actions.leave) }, t('data.stop')),
        engine.qualities().some((one) => one.name === 'audio') && el('button', { data: { answer: 'audio' }, onclick: () => close(() => { actions.audioOnly(); goOn(); }) }, t('data.goAudio')),
        el('button', { data: { answer: 'on' }, onclick: () => close(goOn) }, t('data.goOn'))));
    dialog.addEventListener('cancel', (event) => { event.preventDefault(); close(actions.leave); });
    stage.append(dialog);
    dialog.showModal();
  }

  const stop = meter.follow(look);
  return {
    // Before anything comes: whether the viewer is asked first. If so, the answer lets the engine go on.
    asksFirst() {
      weigh();
      return dialog !== undefined;
    },
    // Most lines that the budget allows now; 0: the lightest picture.
    get cap() { return cap; },
    get isAsking() { return dialog !== undefined; },
    stop() { stop(); dialog?.remove(); },
  };
}
