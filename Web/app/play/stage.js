// The dark room: picture, controls that hide when nobody moves, spinner, and the place for failures.

import { el, replace } from '../dom.js';
import { t } from '../words.js';

// Controls stay for so long (ms) after the last move.
const AWAKE = 3500;

export function stage() {
  const video = el('video', { class: 'video-js', playsinline: true, id: 'dash-video' });
  const screen = el('div', { class: 'screen' }, video);
  const spinner = el('div', { class: 'spinner', hidden: true }, el('span', { class: 'orbit', aria: { hidden: true } }), el('p', {}));
  const sound = el('div', { class: 'sound-only', hidden: true }, el('span', { class: 'waves', aria: { hidden: true } }, [1, 2, 3, 4, 5].map(() => el('i'))), el('p', {}, t('quality.audioOnly')));
  const overlay = el('div', { class: 'overlay' });
  const trouble = el('div', { class: 'trouble', hidden: true });
  const element = el('section', { class: 'stage', aria: { label: t('player.label') } }, screen, sound, spinner, overlay, trouble);
  let timer;
  let mayHide = () => true;

  function awake() {
    element.classList.remove('asleep');
    clearTimeout(timer);
    timer = setTimeout(sleep, AWAKE);
  }

  function sleep() {
    if (!mayHide() || element.querySelector('.menu-box:not([hidden])')) {
      timer = setTimeout(sleep, AWAKE);
      return;
    }
    // No key for so long: whoever went through the controls is done with them, and arrows are the player's again.
    if (overlay.contains(document.activeElement)) document.activeElement.blur();
    element.classList.add('asleep');
  }

  // A touch of the picture is left to its click, which must still know whether the controls were there; so is the focus it moves.
  for (const kind of ['pointermove', 'pointerdown']) {
    element.addEventListener(kind, (event) => { if (event.pointerType !== 'touch') awake(); });
    overlay.addEventListener(kind, awake);
  }
  overlay.addEventListener('focusin', awake);

  return {
    element, video, screen, overlay, awake,
    // may(): whether controls may hide now.
    hidesWhen(may) { mayHide = may; },
    wait(words) {
      spinner.hidden = !words;
      if (words) spinner.lastChild.textContent = words;
    },
    fail(panel) {
      trouble.hidden = !panel;
      overlay.inert = Boolean(panel);
      replace(trouble, panel);
      panel?.querySelector('h1, button')?.focus();
    },
    soundOnly(is) { sound.hidden = !is; },
    close() { clearTimeout(timer); },
  };
}
