/** A cohort's end date is moved by itself: judged, told in people, then done. */
import type { BodyOf, RescheduleAnswer } from '../../contracts/operator-api.ts';
import { effectsOf } from '../../domain/effects.ts';
import { FURTHEST, judgeMove, type MoveRefusal } from '../../domain/reschedule.ts';
import { type Instant, isoInstant, type LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Office } from '../../ports.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, asSeen, type Asker, cohortNamed, dayNamed, setCohort } from './situation.ts';
import { groupsAfter, toldByCohort } from './told-groups.ts';

export async function reschedule(
  office: Pick<Office, 'plan' | 'office' | 'ledger' | 'mailer'>,
  asker: Asker,
  { cohort: id, to, version, reason, dryRun }: BodyOf<'reschedule'> & { readonly cohort: string },
): Promise<RescheduleAnswer> {
  const { now } = asker;
  const situation = await activeSunset(office);
  const cohort = cohortNamed(situation, id);
  asSeen(cohort, version);
  const date = dayNamed(to);
  const plan = situation.sunset.plan;
  const told = await toldByCohort(office, situation);
  const answer = judgeMove({ plan, cohort, groups: told.get(id) ?? [], to: date, now });
  if (answer.kind === 'refuse') refuseMove(cohort, date, answer);
  const quota = await office.mailer.quota();
  const groups = groupsAfter(plan, situation.cohorts, told, new Map([[id, date]]));
  const effects = effectsOf({ plan, now, quota, groups });
  if (!dryRun) await moveDate(office, asker, cohort, { to: date, reason });
  return { applied: !dryRun, cohort: id, version: version + (dryRun ? 0 : 1), from: cohort.endDate, to: date, effects };
}

/** The date, once it was judged. */
export async function moveDate(
  office: Pick<Office, 'plan' | 'office' | 'ledger'>,
  asker: Asker,
  cohort: CohortState,
  { to, reason }: { to: LocalDate; reason: string },
): Promise<void> {
  const { id, endDate } = cohort;
  await recorded(office, asker, { what: 'rescheduled', why: reason, subject: id, from: endDate, to }, async () => {
    await followSoon(office, cohort, to, asker.now);
    await setCohort(office, cohort, { endDate: to, movedAt: asker.now });
  });
}

/** Before the date is written: one that has moved and that nobody follows would tell nobody. */
export function followSoon(
  { plan }: Pick<Office, 'plan'>,
  { id, endDate }: CohortState,
  to: LocalDate,
  now: Instant,
): Promise<void> {
  return plan.schedule({ at: now, kind: 'date', id: [id, endDate, to, isoInstant(now)].join('@') });
}

export function refuseMove(
  { id, endDate }: CohortState,
  to: LocalDate,
  { reason, earliest }: { readonly reason: MoveRefusal; readonly earliest?: LocalDate },
): never {
  const more = earliest === undefined ? {} : { earliest };
  switch (reason) {
    case 'date-fixed':
      return refuse(
        reason,
        `The date of cohort ${id}, ${endDate}, is fixed: its first wave has opened.`,
        'Hold it if something is wrong; who needs more time can be exempted.',
      );
    case 'same-date':
      return refuse(reason, `Cohort ${id} ends on ${endDate} already.`, 'There is nothing to do.');
    case 'date-too-far':
      return refuse(
        reason,
        `${to} is more than ${FURTHEST} days after ${endDate}, the date of cohort ${id}; a date that was told never comes back.`,
        'Give the date that is meant; it can be moved further when that day is near.',
      );
    case 'date-told':
      return refuse(
        reason,
        `People of cohort ${id} were told ${endDate}: ${to} is earlier, and a date that was told only moves later.`,
        `The earliest other date that works is ${earliest}.`,
        more,
      );
    case 'hold-not-certain':
      return refuse(
        reason,
        `Nobody was told ${endDate} yet, so that cohort ${id} could come forward to ${to}, but it is not held for certain.`,
        `Hold it (sunset hold ${id} --reason "..."), wait until the hold is certain, then move the date.`,
      );
    case 'notice-too-short':
      return refuse(
        reason,
        `With ${to} the people of cohort ${id} could not all be told in time.`,
        `The earliest date that works is ${earliest}.`,
        more,
      );
  }
}
