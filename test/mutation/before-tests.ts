/**
 * What each file of tests begins with while mutants run. One seed for every property: with another one each time a mutant
 * would be killed today and survive tomorrow, and the score would be luck; shrinking is left out, as the first
 * counterexample already tells. And the example plan, read once and outside of every mutant: read while tests are loaded,
 * each mutant of its reader would be asked of all tests there are, and not of the reader's own.
 */
import fc from 'fast-check';
import { inject } from 'vitest';
import type { Plan } from '../../functions/domain/plan.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly examplePlan: Plan;
  }
}

fc.configureGlobal({ seed: 20_260_508, endOnFailure: true });
globalThis.examplePlan = inject('examplePlan');
