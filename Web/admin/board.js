// Shows one overview. Everything that comes from outside becomes text, never markup.

import { bars, line } from './graph.js';

/** Samples of a graph: five minutes, one every two seconds. */
const ROOM = 150;
const $ = (id) => document.getElementById(id);

export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let index = 0;
  while (bytes >= 1000 && index < units.length - 1) { bytes /= 1000; index += 1; }
  return `${bytes.toFixed(index === 0 || bytes >= 100 ? 0 : 1)} ${units[index]}`;
}

const seconds = (ms) => ms == null ? '–' : `${(ms / 1000).toFixed(1)} s`;
const money = (amount) => amount.toFixed(2);
const percent = (share) => `${(share * 100).toFixed(0)} %`;

function row(cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    if (cell instanceof Node) td.append(cell);
    else td.textContent = cell ?? '';
    if (typeof cell === 'number') td.className = 'number';
    tr.append(td);
  }
  return tr;
}

function fill(id, rows, nothing) {
  $(id).tBodies[0].replaceChildren(...(rows.length ? rows : [row([nothing])]));
}

function tile(id, figure, more) {
  $(id).textContent = figure;
  $(`${id}-more`).textContent = more;
}

export class Board {
  #act;
  #viewers = [];
  #rates = [];
  #last = null;

  /** @param act called with a stream and `refresh` or `stop`. */
  constructor(act) { this.#act = act; }

  show(view) {
    this.#tiles(view);
    this.#streams(view.streams);
    fill('workers', view.workers.map((worker) => row([
      worker.service, worker.instance, worker.capacity == null ? '' : `${worker.used?.toFixed(2)} of ${worker.capacity}`,
      (worker.streams ?? []).join(' '),
    ])), 'No service is running.');
    fill('queues', Object.entries(view.queues).map(([name, length]) => row([name, length])), 'No queue.');
    const errors = Object.entries(view.errors).sort((a, b) => b[1] - a[1]).slice(0, 20);
    fill('errors', errors.map(([code, count]) => row([code, count])), 'None since the start.');
    fill('top', view.bandwidth.top.slice(0, 10).map((title) => row([title.stream, size(title.bytes)])), 'Nothing yet.');
  }

  #tiles(view) {
    const { slots, bandwidth, starts } = view;
    tile('slots', `${slots.reserved} of ${slots.limit ?? '?'}`, [
      `provider counts ${slots.providerActive} of ${slots.providerMaximum}`, `account ${slots.account || 'unknown'}`,
      slots.foreign ? `${slots.foreign} of other devices` : '', slots.waiting ? `${slots.waiting} waiting` : '',
      slots.checkedAgo == null ? 'never checked' : `checked ${slots.checkedAgo} s ago`,
    ].filter(Boolean).join(' · '));
    const viewers = view.streams.reduce((sum, stream) => sum + stream.viewers, 0);
    tile('viewers', String(viewers), `${view.streams.length} ${view.streams.length === 1 ? 'stream' : 'streams'} · access ${view.access}`);
    this.#push(this.#viewers, viewers);
    line($('viewers-graph'), this.#viewers, ROOM);
    const { today, month, bill, cache, saved } = bandwidth;
    if (this.#last != null) this.#push(this.#rates, Math.max(0, today.bytes - this.#last));
    this.#last = today.bytes;
    line($('rate-graph'), this.#rates, ROOM);
    tile('today', size(today.bytes), `${today.views} views today · ${size(month.bytes)} this month`);
    tile('bill', money(bill.cost), [
      `${percent(bill.usedShare)} of ${bill.freeGigabytes} GB free`, `projected ${money(bill.projectedCost)}`,
      bill.alert ? 'above 80 %' : '',
    ].filter(Boolean).join(' · '));
    $('bill').className = bill.alert ? 'figure bad' : 'figure';
    bars($('days-graph'), view.days.map((day) => ({ value: day.bytes, title: `${day.day}: ${size(day.bytes)}` })), 31);
    tile('hits', percent(cache.hitRate), `${cache.hits} of ${cache.segments} segments · saved ${size(saved.cache.bytes)}`);
    tile('starts', seconds(starts.median), `p95 ${seconds(starts.p95)} · worst ${seconds(starts.worst)} · of the last ${starts.count}`);
  }

  #streams(streams) {
    fill('streams', streams.map((stream) => row([
      stream.stream, state(stream), stream.viewers, (stream.encoding ?? []).join(' '), stream.speed?.toFixed(2) ?? '',
      stream.cores?.toFixed(2) ?? '', [stream.source, stream.sourceState].filter(Boolean).join(', '),
      stream.reconnects ?? '', stream.owner ?? '', this.#buttons(stream.stream),
    ])), 'Nothing is running.');
  }

  #buttons(stream) {
    const group = document.createElement('span');
    for (const [what, label] of [['refresh', 'New token'], ['stop', 'Stop']]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = what;
      button.textContent = label;
      button.setAttribute('aria-label', `${label}: ${stream}`);
      button.addEventListener('click', () => this.#act(stream, what));
      group.append(button);
    }
    return group;
  }

  #push(values, value) {
    values.push(value);
    if (values.length > ROOM) values.shift();
  }
}

function state(stream) {
  const text = document.createElement('span');
  text.textContent = stream.reason ? `${stream.state}: ${stream.reason.message}` : stream.state;
  text.className = stream.state === 'ready' ? 'good' : stream.state === 'failed' ? 'bad' : '';
  return text;
}
