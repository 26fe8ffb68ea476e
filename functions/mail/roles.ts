/** What a stage is for its reader: the first they hear of it, a reminder, the last week, the day before, and after. */
import { DONE, MOVED } from '../domain/notice-id.ts';
import type { Plan } from '../domain/plan.ts';

export const ROLES = ['first', 'reminder', 'soon', 'tomorrow', 'moved', 'done'] as const;
export type Role = (typeof ROLES)[number];

/** Every stage that has letters: the ladder, `moved` and `done`. */
export function stagesOf({ stages }: Pick<Plan, 'stages'>): string[] {
  return [...stages.map(({ name }) => name), MOVED, DONE];
}

const LAST_WEEK = 7;

/** @throws for a stage that the plan does not have */
export function roleOf({ stages }: Pick<Plan, 'stages'>, stage: string): Role {
  if (stage === MOVED || stage === DONE) return stage;
  const days = stages.find(({ name }) => name === stage)?.days;
  if (days === undefined)
    throw new Error(`the plan has no stage ${stage}: it has ${stages.map(({ name }) => name).join(', ')}`);
  // Only the day before may say "tomorrow", whichever place it has on the ladder.
  if (days === 1) return 'tomorrow';
  if (days === Math.max(...stages.map((each) => each.days))) return 'first';
  return days <= LAST_WEEK ? 'soon' : 'reminder';
}
