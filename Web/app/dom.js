// Builds elements. Text is always text: nothing that came from outside is ever parsed as HTML.

// el('button', { class: 'primary', onclick: play, aria: { label: 'Play' } }, icon, 'Play')
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'aria') for (const [key, text] of Object.entries(value)) setAria(element, key, text);
    else if (name === 'data') Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

export function setAria(element, name, value) {
  if (value === undefined || value === null) element.removeAttribute(`aria-${name}`);
  else element.setAttribute(`aria-${name}`, String(value));
}

export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

// Says something to screen readers, once, without moving the focus.
export function announce(text) {
  const region = document.getElementById('announcer');
  if (!region) return;
  region.textContent = '';
  requestAnimationFrame(() => { region.textContent = text; });
}

// A short message at the bottom of the screen, and for ears; `action` is { label, run }.
export function toast(text, action) {
  hush();
  announce(text);
  const box = el('div', { class: 'toast' }, el('span', {}, text));
  if (action) {
    box.append(el('button', { class: 'quiet', onclick: () => { box.remove(); action.run(); } }, action.label));
  }
  (document.fullscreenElement ?? document.body).append(box);
  setTimeout(() => box.remove(), action ? 9000 : 5000);
}

// Takes back what `toast` says.
export function hush() { document.querySelector('.toast')?.remove(); }
