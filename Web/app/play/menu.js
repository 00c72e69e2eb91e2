// A menu that opens from a button: a sheet on phones, a box elsewhere. Arrow keys, Home, End and Escape work.

import { el, replace } from '../dom.js';
import { icon } from '../icons.js';

// items(): [{ label, note, checked, run }], asked each time it opens.
export function menu(name, picture, title, items, stage) {
  const list = el('div', { class: 'menu-list', role: 'menu', aria: { label: title } });
  const box = el('div', { class: 'menu-box', hidden: true }, el('p', { class: 'menu-title', aria: { hidden: true } }, title), list);
  const button = el('button', { class: 'control', data: { menu: name }, aria: { haspopup: 'menu', expanded: false, label: title }, onclick: () => (box.hidden ? open() : close()) }, icon(picture));
  const outside = (event) => { if (!box.contains(event.target) && !button.contains(event.target)) close(false); };

  function open() {
    stage.querySelectorAll('.menu-box:not([hidden])').forEach((other) => other.dispatchEvent(new Event('dash:close')));
    replace(list, items().map(item));
    box.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    (list.querySelector('[aria-checked="true"]') ?? list.firstElementChild)?.focus();
    document.addEventListener('pointerdown', outside);
  }

  function close(focus = true) {
    if (box.hidden) return;
    box.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside);
    if (focus) button.focus();
  }

  function item({ label, note, checked, run }) {
    return el('button', { class: 'menu-item', role: 'menuitemradio', tabindex: '-1', aria: { checked: Boolean(checked) }, onclick: () => { close(); run(); } },
      el('span', { class: 'tick' }, checked ? icon('check') : null), el('span', { class: 'menu-label' }, label), note && el('span', { class: 'menu-note' }, note));
  }

  list.addEventListener('keydown', (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener('dash:close', () => close(false));
  return { button, box, open, close, isOpen: () => !box.hidden };
}
