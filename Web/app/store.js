// Small things remembered on this device. A browser that forbids storage forgets them; nothing breaks.

export function read(name, fallback, storage = localStorage) {
  try {
    const text = storage.getItem(name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

export function write(name, value, storage = localStorage) {
  try {
    if (value === undefined || value === null) storage.removeItem(name);
    else storage.setItem(name, JSON.stringify(value));
  } catch { /* full, or forbidden */ }
}

// A bare word, readable by other pages of the operator: the quality preference has been kept so for years.
export function readWord(name, fallback) {
  try { return localStorage.getItem(name) ?? fallback; } catch { return fallback; }
}

export function writeWord(name, word) {
  try { localStorage.setItem(name, word); } catch { /* full, or forbidden */ }
}
