// Asks the gateway. Every failure becomes an `ApiError` with a code that `failures.js` has words for.

import { taken } from './ahead.js';
import { deadline, PATIENCE } from './deadline.js';

export class ApiError extends Error {
  // retryAfter: seconds after which trying again makes sense; undefined if the answer did not say.
  constructor(code, { status = 0, message = '', requestId = '', retryAfter } = {}) {
    super(message || code);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}

export async function get(path, { signal, patience = PATIENCE } = {}) {
  return ask(path, { signal }, patience);
}

export async function post(path, body) {
  return ask(path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}),
  }, PATIENCE);
}

async function ask(path, options, patience) {
  let answer;
  try {
    const asked = () => fetch(path, { credentials: 'same-origin', ...options, signal: deadline(patience, options.signal) });
    answer = await ((!options.method && taken(path)) || asked());
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(navigator.onLine === false ? 'offline' : 'unreachable');
  }
  return answer.ok ? payload(answer) : Promise.reject(await refusal(answer));
}

async function payload(answer) {
  if (answer.status === 204) return {};
  try {
    return await answer.json();
  } catch {
    throw new ApiError('unreachable', { status: answer.status });
  }
}

// What a refused answer says, in the one format of the API; proxies in between may speak another.
export async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  const wait = Number(answer.headers.get('Retry-After'));
  return new ApiError(said.code ?? (answer.status === 404 ? 'not_found' : 'unknown'), {
    status: answer.status, message: said.error, requestId: said.requestId ?? answer.headers.get('X-Request-Id') ?? '',
    retryAfter: wait > 0 ? wait : undefined,
  });
}

// `/api/catalog/vod?category=3&page=2`; what is empty is left out.
export function catalog(kind, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  const text = new URLSearchParams(given).toString();
  return `/api/catalog/${kind}${text ? `?${text}` : ''}`;
}

// An absolute address of ours as a path: a page that came through another name of the same gateway stays on it.
export function local(address) {
  const url = new URL(address, location.href);
  return url.pathname + url.search;
}
