// Asks the gateway how something is played: addresses, qualities with their cost, and the playback session.

import { get, refusal, local, ApiError } from '../api.js';
import { deadline, PATIENCE } from '../deadline.js';
import { read, write } from '../store.js';

const SESSION = 'dash_playback_session';
// The session of this tab has ended, or is another account's: a new one does.
const STALE = ['bad_session', 'session_expired', 'bad_session_token', 'foreign_session'];

// { streamId, isLive, url, duration, qualities: [{ name, height, megabytesPerHour, url }] }
// With one session for all that this page plays, the gateway lets go of the last channel before it opens the next.
export async function source(streamId, signal) {
  const known = read(SESSION, undefined, sessionStorage);
  try {
    return await ask(streamId, known, signal);
  } catch (error) {
    if (!known || !STALE.includes(error.code)) throw error;
    return ask(streamId, undefined, signal);
  }
}

async function ask(streamId, known, signal) {
  const answer = await get(address(streamId, known), { signal });
  write(SESSION, answer.session, sessionStorage);
  const isLive = streamId.startsWith('live-');
  const url = local(isLive ? answer.url : answer.urls.hls);
  await begun(url, signal);
  return {
    streamId, isLive, url, duration: answer.duration ?? 0,
    qualities: (answer.qualities ?? []).map((one) => ({ ...one, url: local(one.url) })),
  };
}

// `live-8`, `vod-1906`, `episode-901`, `series-55-1-2` as the API's paths have them.
export function address(streamId, session) {
  const [kind, ...number] = streamId.split('-');
  if (!['live', 'vod', 'episode', 'series'].includes(kind)) throw new ApiError('not_found');
  const query = session ? `session=${encodeURIComponent(session)}` : '';
  return kind === 'live'
    ? `/api/live/${number}${query ? `?${query}` : ''}`
    : `/api/stream/${kind}/${number.join('/')}?format=json${query ? `&${query}` : ''}`;
}

// The first playlist is held until there is something to play, or says in words why not: more than any player would tell.
async function begun(url, signal) {
  let answer;
  try {
    answer = await fetch(url, { signal: deadline(PATIENCE, signal), credentials: 'same-origin' });
    if (answer.ok) await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(navigator.onLine === false ? 'offline' : 'unreachable');
  }
  if (!answer.ok) throw await refusal(answer);
}
