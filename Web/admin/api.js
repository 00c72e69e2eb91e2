// Talks to /api/admin with the operator's key, which is a header and never a cookie.

/** An answer that is an error; `code` is the API's stable one. */
export class Refusal extends Error {
  constructor(status, body) {
    super(body.error ?? `The gateway answered ${status}.`);
    this.code = body.code ?? '';
    this.final = status === 401 || status === 403;
  }
}

export class AdminAPI {
  #key;

  constructor(key) { this.#key = key; }

  async send(path, options = {}) {
    const response = await fetch(path, {
      ...options, cache: 'no-store', credentials: 'omit',
      headers: { authorization: `Bearer ${this.#key}` },
    });
    if (!response.ok) throw new Refusal(response.status, await response.json().catch(() => ({})));
    return response;
  }

  act(stream, what) {
    return this.send(`/api/admin/streams/${encodeURIComponent(stream)}/${what}`, { method: 'POST' })
      .then((response) => response.json());
  }

  /**
   * Calls `show` with each overview until the response ends. fetch instead of EventSource, which cannot send the key.
   * Rejects when the connection breaks, or nothing comes for 15 seconds.
   */
  async follow(show, signal) {
    const silence = new AbortController();
    let alarm = 0;
    const patience = () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => silence.abort(), 15000);
    };
    patience();
    try {
      const response = await this.send('/api/admin/events', { signal: AbortSignal.any([signal, silence.signal]) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        patience();
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const event of events) {
          const data = event.split('\n').find((line) => line.startsWith('data: '));
          if (data) show(JSON.parse(data.slice(6)));
        }
      }
    } finally {
      clearTimeout(alarm);
    }
  }
}
