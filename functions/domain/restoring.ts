/**
 * Restoring: within its window a chat that was disabled can be made again exactly what it was. Five minutes before the
 * window closes it is over: from its end on the platform may destroy what a restore would need.
 */
import type { Chat } from './gate.ts';
import type { Plan } from './plan.ts';
import { HOUR, type Instant, MINUTE } from './time.ts';

/** What must be left of a window for a write to come in time. */
const LEFT = 5 * MINUTE;

/** The platform must destroy nothing of a chat that was disabled at `at` before then. */
export function finalAfter({ guardRails }: Pick<Plan, 'guardRails'>, at: Instant): Instant {
  return at + guardRails.restoreWindowHours * HOUR;
}

/** Until when, exclusive, a chat that was disabled at `at` is restored. */
export function restorableUntil(plan: Plan, at: Instant): Instant {
  return finalAfter(plan, at) - LEFT;
}

/** `restored`: it was, perhaps by a call that was cut off. `late`: its window has closed. `other`: nothing of ours to restore. */
export type Restorable = 'yes' | 'restored' | 'late' | 'other';

export function restorable(plan: Plan, chat: Chat, now: Instant): Restorable {
  const { mark, encrypted } = chat;
  if (mark === null) return 'other';
  if (mark.restoredAt !== undefined) return 'restored';
  if (encrypted) return 'other';
  return now < restorableUntil(plan, mark.at) ? 'yes' : 'late';
}
