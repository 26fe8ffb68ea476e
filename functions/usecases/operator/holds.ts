/**
 * Stops and goes. A hold is one update of a cohort, and what it answers is when the last permit runs out: from then on it
 * is certain. Released, a cohort gets a later date where somebody would otherwise not have been told in time.
 */
import type { BodyOf, HoldAnswer, ReleaseAnswer } from '../../contracts/operator-api.ts';
import { effectsOf } from '../../domain/effects.ts';
import { judgeMove, judgeRelease } from '../../domain/reschedule.ts';
import { isoInstant, type LocalDate } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Office } from '../../ports.ts';
import { followSoon, refuseMove } from './moves.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import { activeSunset, type Asker, cohortNamed, dayNamed } from './situation.ts';
import { groupsAfter, type GroupStanding, toldByCohort } from './told-groups.ts';

type Needs = Pick<Office, 'plan' | 'office' | 'ledger' | 'mailer' | 'surroundings'>;

export async function hold(office: Needs, asker: Asker, { cohort, reason }: BodyOf<'hold'>): Promise<HoldAnswer> {
  const { plan, surroundings } = office;
  const { who, now } = asker;
  const situation = await activeSunset(office);
  const targets = cohort === null ? situation.cohorts : [cohortNamed(situation, cohort)];
  const cohorts = await Promise.all(
    targets.map(async ({ id, hold: there }) => {
      const set = async () => (await plan.hold(id, { who, why: reason, since: now })) ?? false;
      const until = await (there === null
        ? recorded(office, asker, { what: 'held', why: reason, subject: id }, set)
        : set());
      if (until !== false) return { cohort: id, certainFrom: Math.max(now, until), already: false };
      const held = await plan.cohort(id);
      return { cohort: id, certainFrom: Math.max(now, held?.permitUntil ?? now), already: true };
    }),
  );
  const certainFrom = Math.max(now, ...cohorts.map((each) => each.certainFrom));
  const [notices, flips] = await Promise.all([surroundings.inFlight('notify'), surroundings.inFlight('disable')]);
  return {
    cohorts: cohorts.map((each) => ({ ...each, certainFrom: isoInstant(each.certainFrom) })),
    certainFrom: isoInstant(certainFrom),
    certain: certainFrom <= now,
    mayFinish:
      certainFrom <= now
        ? 'Nothing is under way: nobody has a permit.'
        : `Calls that have begun may finish until ${isoInstant(certainFrom)}: ${notices} pages of mail and ${flips} messages with chats are in hands or wait, of all cohorts together.`,
  };
}

export async function release(
  office: Needs,
  asker: Asker,
  { cohort, to, reason, dryRun }: BodyOf<'release'>,
): Promise<ReleaseAnswer> {
  const { ledger, mailer } = office;
  const { now } = asker;
  const situation = await activeSunset(office);
  const rules = situation.sunset.plan;
  const held = situation.cohorts.filter((each) => each.hold !== null);
  const targets = cohort === null ? held : [cohortNamed(situation, cohort)];
  const free = targets.find((each) => each.hold === null);
  if (free !== undefined || targets.length === 0)
    refuse(
      'not-held',
      free === undefined ? 'No cohort is held.' : `Cohort ${free.id} is not held.`,
      'There is nothing to release.',
    );
  for (const { id } of targets)
    if ((await ledger.restore(id))?.done === false)
      refuse(
        'restore-under-way',
        `Cohort ${id} is held because its chats are being restored.`,
        'Wait until the restore has ended (sunset status), then release it.',
      );

  const told = await toldByCohort(office, situation);
  const judged = targets.map((each) => {
    const groups = told.get(each.id) ?? [];
    const judgement = judgeRelease({ plan: rules, cohort: each, groups, now });
    if (to !== undefined && asker.person === null && dayNamed(to) !== judgement.to)
      refuse(
        'not-a-person',
        `To release ${each.id} with another date than it needs, ${judgement.to}, takes a person, and ${asker.who} is none.`,
        'Release it without a date, or ask as an IAM user, or through a role that the setting operatorRoles names.',
      );
    return {
      cohort: each,
      ...judgement,
      to: chosenDate({ rules, cohort: each, groups, now, least: judgement.to, to }),
    };
  });
  const dates = new Map(judged.map((each) => [each.cohort.id, each.to]));
  const groups = groupsAfter(rules, situation.cohorts, told, dates);
  const effects = effectsOf({ plan: rules, now, quota: await mailer.quota(), groups });
  if (!dryRun)
    for (const each of judged) {
      const { id, endDate } = each.cohort;
      const fact = { what: 'released', why: reason, subject: id, from: endDate, to: each.to } as const;
      await recorded(office, asker, fact, async () => {
        if (each.to !== endDate) await followSoon(office, each.cohort, each.to, now);
        const movedAt = each.to === endDate ? each.cohort.movedAt : now;
        if (!(await office.office.release(each.cohort, { endDate: each.to, movedAt })))
          refuse(
            'stale-version',
            `Cohort ${id} has changed meanwhile.`,
            'Look again (sunset status), then release it.',
          );
      });
    }
  return {
    applied: !dryRun,
    cohorts: judged.map((each) => ({
      cohort: each.cohort.id,
      version: each.cohort.version + (dryRun ? 0 : 1),
      from: each.cohort.endDate,
      to: each.to,
      why: each.why,
    })),
    effects,
  };
}

/** The date that was asked for, where it is no earlier than what the release needs. */
function chosenDate(x: {
  rules: Parameters<typeof judgeMove>[0]['plan'];
  cohort: CohortState;
  groups: readonly GroupStanding[];
  now: number;
  least: LocalDate;
  to: string | undefined;
}): LocalDate {
  const { rules, cohort, groups, now, least, to } = x;
  if (to === undefined || to === least) return least;
  const wanted = dayNamed(to);
  const answer = judgeMove({ plan: rules, cohort, groups, to: wanted, now });
  if (answer.kind === 'refuse' && answer.reason !== 'same-date') return refuseMove(cohort, wanted, answer);
  if (wanted < least) return refuseMove(cohort, wanted, { reason: 'notice-too-short', earliest: least });
  return wanted;
}
