// Arrow keys move between things on the screen, as remote controls do: to the nearest one in that direction.

const STOPS = 'a[href], button:not([disabled]), input, select, [tabindex="0"]';
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function arrows() {
  document.addEventListener('keydown', (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = document.activeElement;
    if (document.body.dataset.view === 'play' || from?.matches('input, select, textarea, [role^="menuitem"]')) return;
    if (!from || from === document.body || from.id === 'content' || from.tagName === 'H1') {
      if (direction[1] !== 1) return;
    }
    if (move(from, event.key)) event.preventDefault();
  });
}

// Takes the focus from `from` to its neighbour in the direction of an arrow key, within `root`; false if there is none.
export function move(from, key, root = document) {
  const target = nearest(from, DIRECTIONS[key], root);
  target?.focus();
  target?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return target !== undefined;
}

function nearest(from, [dx, dy], root) {
  const start = middle(from === document.body ? document.querySelector('#content') : from);
  let best;
  let least = Infinity;
  for (const stop of root.querySelectorAll(STOPS)) {
    // The volume has keys of its own, and would keep the arrows.
    if (stop === from || stop.matches('.volume') || stop.closest('[inert], [hidden]')) continue;
    const box = stop.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(stop).visibility === 'hidden') continue;
    const end = middle(stop);
    const along = dx ? (end.x - start.x) * dx : (end.y - start.y) * dy;
    const across = Math.abs(dx ? end.y - start.y : end.x - start.x);
    // Sideways stays in its row; up and down may lean.
    if (along <= 4 || (dx && across > box.height)) continue;
    const distance = along + across * 2;
    if (distance < least) { least = distance; best = stop; }
  }
  return best;
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
