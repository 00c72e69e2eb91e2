// Small graphs as inline SVG: no library, no style attribute (the page's CSP forbids those).

const NS = 'http://www.w3.org/2000/svg';
const WIDTH = 100, HEIGHT = 30;

function prepare(svg) {
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
}

/** The values of a line, newest at the right edge; `room` values fill the width. */
export function line(svg, values, room) {
  prepare(svg);
  const most = Math.max(1, ...values);
  const step = WIDTH / (room - 1);
  const from = WIDTH - (values.length - 1) * step;
  const points = values.map((value, index) =>
    `${(from + index * step).toFixed(2)} ${(HEIGHT - 1 - (HEIGHT - 2) * value / most).toFixed(2)}`);
  const path = document.createElementNS(NS, 'path');
  path.setAttribute('d', points.length ? `M${points.join('L')}` : 'M0 0');
  svg.replaceChildren(path);
}

/** A bar for each value, from the left; `room` bars fill the width. Each says its `title`. */
export function bars(svg, entries, room) {
  prepare(svg);
  const most = Math.max(1, ...entries.map((entry) => entry.value));
  const step = WIDTH / room;
  svg.replaceChildren(...entries.map((entry, index) => {
    const bar = document.createElementNS(NS, 'rect');
    const height = Math.max(0.5, (HEIGHT - 2) * entry.value / most);
    bar.setAttribute('x', (index * step).toFixed(2));
    bar.setAttribute('y', (HEIGHT - height).toFixed(2));
    bar.setAttribute('width', (step * 0.8).toFixed(2));
    bar.setAttribute('height', height.toFixed(2));
    const title = document.createElementNS(NS, 'title');
    title.textContent = entry.title;
    bar.append(title);
    return bar;
  }));
}
