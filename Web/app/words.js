// The viewer's language: what the page says, in English or French. Only the language in use is loaded.

import { readWord, writeWord } from './store.js';

export const LANGUAGES = { en: 'English', fr: 'Français' };
const KEY = 'dash_language';

let current = 'en';
let words = {};

// The chosen language, or the first of the browser's that we speak.
export function preferred() {
  const chosen = readWord(KEY, '');
  if (chosen in LANGUAGES) return chosen;
  const spoken = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return spoken.find((tag) => tag in LANGUAGES) ?? 'en';
}

export async function speak(language) {
  words = (await import(`./words/${language}.js`)).default;
  current = language;
  document.documentElement.lang = language;
}

export async function choose(language) {
  writeWord(KEY, language);
  await speak(language);
}

export function locale() { return current; }

export function knows(key) { return key in words; }

// t('unit.mb', { n: 12 }). With `count` in the values, `key.one` or `key.other` is taken as the language wants it.
export function t(key, values = {}) {
  let text = words[key];
  if (text === undefined && 'count' in values) {
    text = words[`${key}.${new Intl.PluralRules(current).select(values.count)}`] ?? words[`${key}.other`];
  }
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
