/** The one source of randomness: a seed, and from it streams by name, so that what one part draws moves no other part. */
import { random } from '../../bin/local/cloud/chaos.ts';

export class Draw {
  private readonly next: () => number;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
    this.next = random(seed);
  }

  /** A stream of its own. */
  of(name: string): Draw {
    let mixed = this.seed ^ 0x9e3779b9;
    for (let at = 0; at < name.length; at++) mixed = Math.imul(mixed ^ name.charCodeAt(at), 0x01000193);
    return new Draw(mixed >>> 0);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }
  /** A whole number, `from` at least and `to` at most. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }
  pick<T>(list: readonly T[]): T {
    const picked = list[this.between(0, list.length - 1)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
  /** So many different ones, or all. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () =>
      rest.splice(this.between(0, rest.length - 1), 1),
    ).flat();
  }
}
