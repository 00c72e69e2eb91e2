// Numbers as people read them, in the viewer's language.

import { locale, t } from './words.js';

function number(value, digits) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);
}

// Bytes as networks sell them: 10^6 is a megabyte.
export function bytes(count) {
  if (count < 1e6) return t('unit.kb', { n: number(count / 1e3, 0) });
  if (count < 1e9) return t('unit.mb', { n: number(count / 1e6, count < 1e8 ? 1 : 0) });
  return t('unit.gb', { n: number(count / 1e9, 2) });
}

export function perHour(megabytes) {
  return megabytes >= 1000
    ? t('unit.gbPerHour', { n: number(megabytes / 1000, 1) })
    : t('unit.mbPerHour', { n: number(megabytes, 0) });
}

// 1:02:03 or 4:05
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// The same for ears: "4 minutes 5 seconds".
export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const parts = [[Math.floor(whole / 3600), 'hour'], [Math.floor(whole / 60) % 60, 'minute'], [whole % 60, 'second']];
  const text = parts.filter(([n]) => n > 0).map(([n, unit]) =>
    new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(n)).join(' ');
  return text || new Intl.NumberFormat(locale(), { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(0);
}

export function minutes(seconds) {
  const whole = Math.round(seconds / 60);
  return whole >= 60 ? t('unit.hoursMinutes', { h: Math.floor(whole / 60), m: whole % 60 }) : t('unit.minutes', { n: whole });
}

export function timeOfDay(date) {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(date));
}

// 'fra' or 'fr' → "French"; what is no language is shown as it is.
export function language(code) {
  if (!code || code === 'und') return t('player.languageUnknown');
  try {
    const name = new Intl.DisplayNames([locale()], { type: 'language' }).of(code);
    return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
  } catch {
    return code;
  }
}
