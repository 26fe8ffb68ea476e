/** Which known name somebody meant who wrote another: by letters to change, and a name cut short or appended to is near too. */
import { distance } from 'fastest-levenshtein';

/** A person's typing is shorter; what is longer is compared by its beginning. */
const LONGEST = 80;

/** Levenshtein's, in small letters; where one is the beginning of the other, half of what was left off, and more than one. */
export function distanceOf(given: string, known: string): number {
  const [a, b] = [given.slice(0, LONGEST).toLowerCase(), known.toLowerCase()];
  const isPart = a !== '' && (a.startsWith(b) || b.startsWith(a));
  const cut = Math.max(1.5, Math.abs(a.length - b.length) / 2);
  return Math.min(distance(a, b), isPart ? cut : Number.POSITIVE_INFINITY);
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
