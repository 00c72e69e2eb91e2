// Turns a failure into words and something to do. Every code of the API has its own words, or those of its kind.

import { t, knows } from './words.js';
import { el } from './dom.js';
import { icon } from './icons.js';

// Codes that mean the same to a viewer.
const SAME = {
  too_many_streams: 'busy', too_many_films: 'busy', too_many_waiting: 'busy', worker_overloaded: 'busy', token_service_busy: 'busy',
  reload_timeout: 'provider_slow', rendition_not_ready: 'provider_slow', segment_gone: 'playback', segment_unknown: 'playback',
  token_timeout: 'start_timeout', token_unavailable: 'start_timeout', provider_timeout: 'start_timeout', shutting_down: 'coordination_unavailable',
  redis_away: 'coordination_unavailable', no_slot: 'no_free_connection', no_video: 'no_picture', engine_failed: 'channel_failed',
  provider_error: 'provider_unreachable', provider_failed: 'provider_unreachable', provider_silent: 'provider_unreachable',
  provider_redirect_loop: 'provider_unreachable', provider_private_address: 'provider_refused', source_refused_address: 'provider_refused',
  provider_exposes_credentials: 'provider_refused', bad_stream_id: 'not_found', bad_capability: 'playback', bad_session: 'playback',
  session_expired: 'playback', bad_session_token: 'playback', foreign_session: 'playback', internal: 'unknown',
  wrong_credentials: 'bad_login', too_many_attempts: 'login_throttled', login_busy: 'busy', too_many_requests: 'busy',
  kind_not_allowed: 'forbidden', cross_site: 'forbidden', stream_limit: 'too_many_viewers', data_cap_reached: 'data_cap',
  provider_slate: 'channel_offline', source_stalled: 'channel_failed', source_failed: 'channel_failed', source_ended: 'channel_failed',
  poison: 'channel_failed', catalog_loading: 'coordination_unavailable', provider_unknown: 'coordination_unavailable',
  catalog_timeout: 'provider_slow', account_disabled: 'provider_refused', empty_file: 'film_damaged', truncated: 'film_damaged',
  encrypted: 'film_damaged', damaged: 'film_damaged', film_too_large: 'film_damaged', unsupported_codec: 'film_format', source_changed: 'film_changed',
  provider_closed: 'film_failed', provider_bad_range: 'film_failed', not_seekable: 'film_failed', not_offered: 'playback',
};

// What is said of a channel otherwise, of a film.
const OF_FILM = { not_media: 'film_damaged', no_picture: 'film_no_picture', channel_failed: 'film_failed' };

// Codes that heal by themselves within seconds: worth trying again without being asked.
const HEALING = new Set(['coordination_unavailable', 'no_worker', 'provider_limit', 'start_timeout', 'no_free_connection', 'provider_slow', 'unreachable', 'offline']);

export function meaning(error, isFilm = false) {
  const said = SAME[error?.code] ?? error?.code;
  const code = isFilm ? OF_FILM[said] ?? said : said;
  return knows(`fail.${code}.do`) ? code : 'unknown';
}

export function title(error, isFilm) { return t(`fail.${meaning(error, isFilm)}`); }
export function advice(error, isFilm) { return t(`fail.${meaning(error, isFilm)}.do`); }

// Seconds until trying again by itself makes sense; undefined: only when asked.
export function healsIn(error) {
  return HEALING.has(meaning(error)) ? Math.min(Math.max(error.retryAfter ?? 5, 2), 30) : undefined;
}

// A panel that says what happened and what to do. `retry` is called by the button, by the clock, or when the network is back.
// isFilm: it is one, or an episode, that does not play.
export function panel(error, { isFilm, retry, back, extra } = {}) {
  const kind = meaning(error);
  const box = el('section', { class: 'failure', role: 'alert', data: { code: error?.code ?? 'unknown' } },
    icon(kind === 'offline' || kind === 'unreachable' ? 'offline' : 'warning'),
    el('h1', { tabindex: '-1' }, title(error, isFilm)),
    el('p', {}, advice(error, isFilm)));
  const again = retry && el('button', { class: 'primary', onclick: () => leave(retry) }, t('fail.retry'));
  const actions = el('div', { class: 'actions' },
    kind === 'login_required' ? el('a', { class: 'button primary', href: '#/sign-in' }, t('fail.signIn')) : again,
    extra && el('button', { onclick: extra.run }, extra.label),
    back && el('button', { onclick: () => leave(back) }, t('fail.back')));
  box.append(actions);
  if (kind === 'unknown' || error?.requestId) {
    box.append(el('p', { class: 'fine' }, t('fail.details', { code: error?.code ?? '', id: error?.requestId ?? '' })));
  }
  const stop = retry ? watch(error, again, () => leave(retry)) : () => {};
  function leave(action) { stop(); action(); }
  box.stop = stop;
  return box;
}

function watch(error, button, retry) {
  const online = () => { if (document.contains(button)) retry(); };
  if (meaning(error) === 'offline' || meaning(error) === 'unreachable') addEventListener('online', online, { once: true });
  let left = healsIn(error);
  const timer = left && setInterval(() => {
    if (!document.contains(button)) return clearInterval(timer);
    left -= 1;
    button.textContent = left > 0 ? t('fail.retryIn', { n: left }) : t('fail.retry');
    if (left <= 0) { clearInterval(timer); retry(); }
  }, 1000);
  return () => { clearInterval(timer); removeEventListener('online', online); };
}
