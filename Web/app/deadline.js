// How long an answer is waited for.

// Milliseconds: more than the gateway holds any request by itself.
export const PATIENCE = 25_000;

// A signal that aborts after so many ms, or with `signal`. AbortSignal has both by itself, but not in the browsers of older phones.
export function deadline(ms, signal) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  setTimeout(stop, ms);
  return controller.signal;
}
