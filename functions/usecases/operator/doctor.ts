/**
 * Whether all around the sunset is as it must be, each finding with what to do. What cannot be asked is `unknown`, and
 * keeps no other answer back: on a bad day one of these is what does not work.
 */
import type { AnswerOf, Finding } from '../../contracts/operator-api.ts';
import { effectsOf } from '../../domain/effects.ts';
import { counted, figures, listed, spelled } from '../../domain/english.ts';
import { groupKey, effectiveEndDate } from '../../domain/group.ts';
import { type Instant, isoInstant, MINUTE } from '../../domain/time.ts';
import type { CohortState } from '../../domain/wave.ts';
import type { Group, Office, SendQuota, Sunset } from '../../ports.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'ledger' | 'mailer' | 'witness' | 'surroundings'>;
type Check = (x: Needs, now: Instant) => Promise<Omit<Finding, 'check'> | Omit<Finding, 'check'>[]>;

export async function doctor(office: Needs, { now }: Pick<Asker, 'now'>): Promise<AnswerOf<'doctor'>> {
  const [senderDomain, ...findings] = await Promise.all([
    office.surroundings.sender().then(
      ({ domain }) => domain,
      () => null,
    ),
    ...Object.entries(CHECKS).map(async ([check, ask]): Promise<Finding[]> => {
      try {
        return [await ask(office, now)].flat().map((finding) => ({ check, ...finding }));
      } catch (error) {
        const why = error instanceof Error ? error.name : 'unknown';
        return [{ check, ...unknown(`this could not be asked: ${why}`, 'try again; look whether AWS has an outage') }];
      }
    }),
  ]);
  return { at: isoInstant(now), senderDomain, findings: findings.flat() };
}

const ok = (sentence: string) => ({ state: 'ok' as const, sentence, todo: null });
const warning = (sentence: string, todo: string) => ({ state: 'warning' as const, sentence, todo });
const wrong = (sentence: string, todo: string) => ({ state: 'wrong' as const, sentence, todo });
const unknown = (sentence: string, todo: string) => ({ state: 'unknown' as const, sentence, todo });

/** What every account of SES is allowed until Amazon has looked at it, and to verified addresses only. */
const SANDBOX = { daily: 200, rate: 1 };
/** Tick comes every minute. */
const TICK_LATE = 5 * MINUTE;

const CHECKS: Readonly<Record<string, Check>> = {
  plan: async ({ plan }) => {
    const sunset = await plan.sunset();
    if (sunset === undefined) return warning('there is no plan', 'apply one: sunset plan apply FILE --reason "..."');
    return sunset.active
      ? ok(`plan ${sunset.plan.sunset} is active`)
      : warning(
          'the plan is not active: nobody is enrolled or mailed',
          'propose to activate it, and let a second person approve',
        );
  },
  holds: async ({ plan }) => {
    const held = (await plan.cohorts()).flatMap(({ id, hold }) => (hold === null ? [] : [{ id, hold }]));
    if (held.length === 0) return ok('no cohort is held');
    return held.map(({ id, hold }) =>
      warning(
        `cohort ${id} is held by ${hold.who} since ${isoInstant(hold.since)}: ${hold.why}`,
        `when the reason is gone: sunset release ${id} --reason "..."`,
      ),
    );
  },
  sender: async ({ surroundings }) => {
    const { verified, domain } = await surroundings.sender();
    return verified
      ? ok(`SES has verified ${domain}`)
      : wrong(
          `SES has not verified ${domain}: it refuses all of our mail`,
          `put the records that SES shows for ${domain} into its DNS`,
        );
  },
  dkim: async ({ surroundings }) => {
    const { dkim, domain } = await surroundings.sender();
    return dkim
      ? ok(`mail of ${domain} is signed`)
      : wrong(
          `mail of ${domain} is not signed: large mailbox providers refuse it or call it spam`,
          `turn on Easy DKIM for ${domain} in SES and put its three CNAME records into the DNS`,
        );
  },
  sandbox: async ({ mailer }) => {
    const { daily, rate } = await mailer.quota();
    return daily <= SANDBOX.daily && rate <= SANDBOX.rate
      ? wrong(
          `the account is in the sandbox of SES: ${daily} mails a day, to verified addresses only`,
          'ask for production access in the SES console, at least a week before the first notice',
        )
      : ok(`the account is out of the sandbox: ${figures(daily)} mails a day, ${figures(rate)} a second`);
  },
  quota: async ({ plan, mailer }, now) => {
    const [{ sunset, cohorts }, groups, quota] = await Promise.all([plan.situation(), plan.groups(), mailer.quota()]);
    if (sunset === undefined)
      return unknown('without a plan nobody knows how much mail it makes', 'apply a plan first');
    return judgeQuota(sunset, cohorts, groups, quota, now);
  },
  'pricing plan': async () =>
    unknown(
      'SES does not tell this API which pricing plan the account is on: $0.16 for a thousand mails on Essentials, on which new accounts are, $0.10 à la carte',
      'look in the SES console under Account dashboard, Pricing plan, and choose before the first notice',
    ),
  'configuration set': async ({ surroundings }) => {
    const { exists, events } = await surroundings.configurationSet();
    if (!exists)
      return wrong(
        'the configuration set is missing: SES refuses all of our mail',
        'deploy the stack again: npm run cdk deploy',
      );
    return events
      ? ok('the configuration set tells its events to EventBridge')
      : unknown(
          'SES does not show whom the configuration set tells of deliveries: without its events no notice can be proven, and no chat disabled',
          'send a letter to success@simulator.amazonses.com (sunset test-send --to ...) and see that feedback is called; if it is not, deploy the stack again',
        );
  },
  'dead letters': async ({ surroundings }) => {
    const queues = await surroundings.queues();
    const dead = queues.filter(({ deadLetters }) => deadLetters > 0);
    if (dead.length === 0) return ok('no message was given up');
    return dead.map(({ name, deadLetters }) =>
      wrong(
        `${counted(deadLetters, 'message', 'messages')} of queue ${name} ${deadLetters === 1 ? 'was' : 'were'} given up`,
        `find the error in the log of ${name}, put it right, then: sunset redrive ${name} --reason "..."`,
      ),
    );
  },
  alarms: async ({ surroundings }) => {
    const { sounding, all } = await surroundings.alarms();
    if (all === 0) return wrong('this deployment has no alarms: nobody hears of a failure', 'deploy the stack again');
    return sounding.length === 0
      ? ok(`none of ${all} alarms sounds`)
      : wrong(
          `${sounding.length} of ${all} alarms sound: ${listed([...sounding].sort())}`,
          'read each alarm’s description: it says what it means and what to do',
        );
  },
  tick: async ({ plan }, now) => {
    const [sunset, [oldest]] = await Promise.all([plan.sunset(), plan.due(now, 1)]);
    if (sunset?.active !== true) return ok('there is nothing for tick to do before the plan is active');
    if (oldest === undefined || oldest.at >= now - TICK_LATE) return ok('tick is up to date');
    return wrong(
      `tick is late: something has been due since ${isoInstant(oldest.at)}`,
      'look whether its schedule rule is enabled, and for errors in its log',
    );
  },
  'audit copies': async ({ ledger, witness }) => {
    const [copied, last] = await Promise.all([ledger.copiedAudit(), witness.last()]);
    const [next] = await ledger.audit({ after: copied, limit: 1 });
    if (last < copied)
      return wrong(
        `copies of the audit trail are missing in the bucket: ${copied} were put there, the last that is there is ${last}`,
        'verify the trail (sunset audit verify), and find out who may write to the bucket',
      );
    return next === undefined
      ? ok(`all ${copied} entries of the audit trail are copied`)
      : warning(
          `entries of the audit trail from ${next.number} on have no copy yet`,
          'they are copied within minutes; if not, look for errors in the log of audit',
        );
  },
};

function judgeQuota(
  { plan }: Sunset,
  cohorts: readonly CohortState[],
  groups: readonly Group[],
  quota: SendQuota,
  now: Instant,
): Omit<Finding, 'check'> {
  const standing = groups.flatMap(({ id, people }) => {
    const { cohort, zone, notBefore } = groupKey(id, plan);
    const owner = cohorts.find((each) => each.id === cohort);
    if (owner === undefined) return [];
    const endDate = effectiveEndDate(owner.endDate, notBefore);
    return [{ cohort, zone, endDate, next: endDate, people, told: 0 }];
  });
  const [busiest] = effectsOf({ plan, groups: standing, now, quota }).busiest;
  if (busiest === undefined) return ok('no mail is to come for anybody who is enrolled');
  const { date, mails, allowed } = busiest;
  const day = `${counted(mails, 'mail is', 'mails are')} due on ${spelled(date)}, the busiest day to come`;
  const room = `${figures(allowed ?? 0)} can leave in a day`;
  if (allowed !== null && mails > allowed)
    return warning(
      `${day}; ${room}: the rest leaves on the days after`,
      'ask SES for a higher quota, or move the end date of a cohort',
    );
  return ok(`${day}; ${room}`);
}
