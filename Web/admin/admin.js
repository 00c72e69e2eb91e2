// The operator's page: asks for the key once, then follows /api/admin/events.

import { AdminAPI } from './api.js';
import { Board } from './board.js';

const STORED = 'dash_admin_key';
const $ = (id) => document.getElementById(id);
let api = null;
let stopped = new AbortController();

const board = new Board(async (stream, what) => {
  if (what === 'stop' && !confirm(`Stop ${stream} for everybody who watches it?`)) return;
  try {
    const answer = await api.act(stream, what);
    const done = what === 'stop' ? 'is stopped' : 'connects anew';
    $('done').textContent = answer.wasRunning ? `${stream} ${done}.` : `${stream} was not running.`;
  } catch (error) {
    $('done').textContent = `${stream}: ${error.message}`;
  }
});

function status(text, kind) {
  $('status').textContent = text;
  $('status').className = kind;
}

function leave(message) {
  stopped.abort();
  sessionStorage.removeItem(STORED);
  $('board').hidden = true;
  $('leave').hidden = true;
  $('enter').hidden = false;
  $('refusal').textContent = message;
  status('Not connected', '');
  $('key').focus();
}

/** Follows until the key is refused or forgotten. The server ends a response after minutes; then it is asked again. */
async function run(key) {
  stopped = new AbortController();
  const { signal } = stopped;
  api = new AdminAPI(key);
  while (!signal.aborted) {
    try {
      await api.follow((view) => {
        $('enter').hidden = true;
        $('board').hidden = false;
        $('leave').hidden = false;
        sessionStorage.setItem(STORED, key);
        status(`${view.gateway}, ${new Date(view.timestamp).toLocaleTimeString()}`, 'live');
        board.show(view);
      }, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.final) return leave(error.message);
      status(`Connection lost, trying again: ${error.message}`, 'lost');
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

$('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  $('refusal').textContent = '';
  const key = $('key').value;
  $('key').value = '';
  run(key);
});
$('leave').addEventListener('click', () => leave(''));

const known = sessionStorage.getItem(STORED);
if (known) run(known);
else $('key').focus();
