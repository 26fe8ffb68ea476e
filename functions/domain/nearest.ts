/** Which known name somebody meant who wrote another: by letters to change, and a name cut short or appended to is near too. */
import { distance } from 'fastest-levenshtein';

/** A person's typing is shorter; what is longer is compared by its beginning. */
const LONGEST = 80;

/** Levenshtein's, in small letters; a name cut short counts as one and a half, one appended to as half of what is too much. */
export function distanceOf(given: string, known: string): number {
  const [a, b] = [given.slice(0, LONGEST).toLowerCase(), known.toLowerCase()];
  const cut = a !== '' && b.startsWith(a) ? 1.5 : Number.POSITIVE_INFINITY;
  const appended = a.startsWith(b) ? Math.max(1.5, (a.length - b.length) / 2) : Number.POSITIVE_INFINITY;
  return Math.min(distance(a, b), cut, appended);
}

/** The nearest of them, however far; the first of several. */
export function closest(given: string, known: readonly string[]): string {
  return known.reduce((best, name) => (distanceOf(given, name) < distanceOf(given, best) ? name : best));
}

/** The nearest of them, if it can have been meant: two letters of a short name may differ, a third of a long one. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const name = closest(given, known);
  const length = Math.min(given.length, name.length);
  const limit = length < 4 ? Math.min(length - 1, 1.5) : Math.max(2, Math.floor(length / 3));
  return distanceOf(given, name) <= limit ? name : undefined;
}
