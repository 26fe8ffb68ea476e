/** Numbers that look drawn and are derived: the same seed gives the same number in [0, 1). */
import { createHash } from 'node:crypto';

export function numberOf(seed: string): number {
  return createHash('sha256').update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** One of several, each with its weight. */
export function pick<T>(seed: string, choices: readonly (readonly [weight: number, choice: T])[]): T {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let at = numberOf(seed) * total;
  for (const [weight, choice] of choices) {
    at -= weight;
    if (at < 0) return choice;
  }
  return (choices.at(-1) as readonly [number, T])[1];
}
