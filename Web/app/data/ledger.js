// How many bytes were used: this visit, today, this month; on this device, whichever pages did it.

import { read, write } from '../store.js';

const KEY = 'dash_data';

export function dayOf(date) {
  const two = (n) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

// Pure: the book after `count` more bytes at `date`. A new day and a new month begin at zero.
export function entered(book, count, date) {
  const day = dayOf(date);
  const month = day.slice(0, 7);
  return {
    day, dayBytes: (book.day === day ? book.dayBytes : 0) + count,
    month, monthBytes: (book.month === month ? book.monthBytes : 0) + count,
  };
}

const EMPTY = { day: '', dayBytes: 0, month: '', monthBytes: 0 };

// Reads before it writes: another page of ours may have counted meanwhile.
export function enter(count) {
  write(KEY, entered(read(KEY, EMPTY), count, new Date()));
  write(KEY, (read(KEY, 0, sessionStorage) || 0) + count, sessionStorage);
}

// { session, today, month } in bytes
export function totals() {
  const book = entered(read(KEY, EMPTY), 0, new Date());
  return { session: read(KEY, 0, sessionStorage) || 0, today: book.dayBytes, month: book.monthBytes };
}

export function startFromZero() {
  write(KEY, undefined);
  write(KEY, undefined, sessionStorage);
}
