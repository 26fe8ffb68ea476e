/** Dates and numbers as operators read them, in English, whatever machine says it. */
import type { LocalDate } from './time.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `8 May 2026`. */
export function spelled(date: LocalDate): string {
  return `${spelledShort(date)} ${Number(date.slice(0, 4))}`;
}

/** `8 May`. */
export function spelledShort(date: LocalDate): string {
  return `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
}

/** `12,114`. */
export function figures(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 person`, `12,114 people`. */
export function counted(count: number, one: string, many: string): string {
  return `${figures(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
