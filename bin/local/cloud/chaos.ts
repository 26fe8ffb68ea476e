/**
 * Ill luck with a seed: when a function's process dies, and when the second copy of a message comes. Each function
 * has its own sequence, so that what one of them meets does not depend on how fast the others are. Deaths are dense
 * at first and get rarer, so that functions with few requests meet some and those with many are not stopped by them.
 */
import type { Death } from './wire.ts';

export interface Chaos {
  /** Whether the process of `caller` dies at its present request. */
  fate(caller: string): Death | undefined;
  /** How many virtual seconds after a message its copy comes; 0: right behind it. */
  copyDelay(): number;
}

const FIRST_GAP = 8;
const GAP_GROWTH = 1.6;
const LATEST_COPY_SECONDS = 240;

/** Mulberry32, a small generator of numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createChaos(seed: number): Chaos {
  const copies = random(seed);
  const lives = new Map<string, { draw: () => number; gap: number; left: number }>();
  const gapOf = (draw: () => number, gap: number) => 1 + Math.floor(draw() * 2 * gap);
  return {
    fate(caller) {
      let life = lives.get(caller);
      if (!life) {
        const draw = random(
          Array.from(caller).reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed),
        );
        life = { draw, gap: FIRST_GAP, left: gapOf(draw, FIRST_GAP) };
        lives.set(caller, life);
      }
      if (--life.left > 0) return undefined;
      life.gap *= GAP_GROWTH;
      life.left = gapOf(life.draw, life.gap);
      return life.draw() < 0.5 ? 'before' : 'accepted';
    },
    copyDelay: () => (copies() < 0.5 ? 0 : 1 + Math.floor(copies() * LATEST_COPY_SECONDS)),
  };
}
