/**
 * Which cohort a person belongs to. It follows from the sunset's name, the person's id and country alone: nobody's
 * arrival moves anybody else. The country chooses the set of cohorts (those that name it, else those that name `*`);
 * inside a set a stable hash of the id gives the person's share, and the percentages, laid end to end in the plan's
 * order, say whose share that is.
 */
import { createHash } from 'node:crypto';
import type { CohortPlan, Plan } from './plan.ts';

/** A hash of the seed as a share of one hundred: at least 0, less than 100, in steps of 100 / 2^48. */
export function shareOf(seed: string): number {
  return (createHash('sha256').update(seed).digest().readUIntBE(0, 6) / 2 ** 48) * 100;
}

/** An unknown or missing country counts as one that no cohort names. */
export function cohortOf(
  plan: Plan,
  person: { readonly userId: string; readonly country?: string | null },
): CohortPlan {
  const country = person.country?.trim().toUpperCase() ?? '';
  const named = plan.cohorts.filter((cohort) => cohort.match.countries.includes(country));
  const set = named.length > 0 ? named : plan.cohorts.filter((cohort) => cohort.match.countries.includes('*'));
  const last = set.at(-1);
  if (last === undefined)
    throw new Error(`plan ${plan.sunset}: no cohort has the countries ['*']; every plan needs one`);
  const share = shareOf(`${plan.sunset}:${person.userId}`);
  let upTo = 0;
  for (const cohort of set) {
    upTo += cohort.match.percentage;
    if (share < upTo) return cohort;
  }
  // Percentages add up to 100 but for the rounding of fractions.
  return last;
}
