/**
 * What became of each mail. One event is one fact about one person and one notice, written once however often and in
 * whatever order the events come; only a new fact counts for the breakers.
 */
import type { FeedbackMessage } from '../contracts/messages.ts';
import { type Outcomes, trippedBreaker } from '../domain/breaker.ts';
import type { NoticeFact, PersonFact } from '../domain/member.ts';
import { groupKey } from '../domain/group.ts';
import { isDayBefore, nextMorning } from '../domain/notice.ts';
import { type NoticeId, noticeOfTag } from '../domain/notice-id.ts';
import { returnable, unsettled } from '../domain/page.ts';
import { idOfTag } from '../domain/tags.ts';
import { type Instant, isLocalDate, MINUTE, parseInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { setHold } from './set-hold.ts';
import { tellPlatform, type Unreached } from './tell-platform.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'bus'>;

/** Messages whose rows are written at once. */
const AT_ONCE = 10;
/** Within this a claim is settled, or its process has died. */
const SETTLING = 5 * MINUTE;

/** @returns for each message, in order, the error that kept it from being recorded, or null */
export async function feedback(world: Needs, messages: readonly FeedbackMessage[]): Promise<unknown[]> {
  const { plan } = world;
  const counts = new Map<string, { cohort: string; notice: string; more: Partial<Record<keyof Outcomes, number>> }>();
  const errors = await inParallel<FeedbackMessage, unknown>(AT_ONCE, messages, async (message) => {
    try {
      const recorded = await record(world, message);
      if (recorded !== undefined) {
        const { cohort, notice, outcome } = recorded;
        const key = `${cohort} ${notice}`;
        const there = counts.get(key) ?? { cohort, notice, more: {} };
        there.more[outcome] = (there.more[outcome] ?? 0) + 1;
        counts.set(key, there);
      }
      return null;
    } catch (error) {
      return error;
    }
  });
  for (const { cohort, notice, more } of counts.values()) {
    const outcomes = await plan.countOutcomes(cohort, notice, more);
    const sunset = await plan.sunset();
    const why = sunset === undefined ? null : trippedBreaker(sunset.plan, outcomes);
    if (why !== null) await setHold(world, cohort, { who: 'breaker', why });
  }
  return errors;
}

/** The kinds of facts that an event stands for, the first of them about the notice; and what it counts as. */
export function meaningOf({ type, bounceType, bounceSubType }: FeedbackMessage): {
  fact: NoticeFact;
  person?: PersonFact;
  outcome?: keyof Outcomes;
} | null {
  switch (type) {
    case 'Delivery':
      return { fact: 'delivered', outcome: 'delivered' };
    case 'Bounce':
      if (bounceSubType === 'Suppressed' || bounceSubType === 'OnAccountSuppressionList')
        return { fact: 'suppressed', person: 'unreachable', outcome: 'suppressed' };
      if (bounceType === 'Permanent') return { fact: 'bounced', person: 'unreachable', outcome: 'bounced' };
      return { fact: 'soft-bounced', outcome: 'softBounced' };
    case 'Complaint':
      return { fact: 'complained', person: 'complained', outcome: 'complained' };
    case 'Reject':
      return { fact: 'rejected', outcome: 'failed' };
    case 'Rendering Failure':
      return { fact: 'rendering-failed', outcome: 'failed' };
    case 'DeliveryDelay':
      return { fact: 'delayed' };
    default:
      return null;
  }
}

/** After these the notice has not reached the person and will not: the app should show it. */
const NOT_REACHED: ReadonlySet<NoticeFact> = new Set(['bounced', 'suppressed', 'rejected', 'rendering-failed']);

async function record(world: Needs, message: FeedbackMessage) {
  const { ledger, log } = world;
  const meaning = meaningOf(message);
  const tag = (name: string) => {
    const value = message.tags[name];
    return typeof value === 'string' ? value : value?.[0];
  };
  const [person, page, notice] = [tag('person'), tag('page'), noticeOf(tag('notice'))];
  // What stands in an event of no use is not ours, and not written down.
  if (meaning === null || person === undefined || page === undefined || notice === undefined) {
    log.warn('an event is of no use', { fact: meaning?.fact ?? 'none' });
    return undefined;
  }
  const userId = await personOf(world, person, page);
  if (userId === undefined) {
    log.warn('an event names nobody', { fact: meaning.fact });
    return undefined;
  }
  const at = parseInstant(message.time);
  const facts = [
    { kind: meaning.fact, notice, at },
    ...(meaning.person === undefined ? [] : [{ kind: meaning.person, at }]),
  ];
  // Before the fact, which would hide from a second try that these were not done.
  if (NOT_REACHED.has(meaning.fact)) await tellOfNotReached(world, { userId, notice, reason: meaning.fact });
  if (meaning.fact === 'soft-bounced') await tryAgain(world, { userId, notice, page, at });
  const added = await ledger.addFacts(userId, facts);
  if (added === undefined) return undefined;
  return meaning.outcome === undefined ? undefined : { cohort: added.cohort, notice, outcome: meaning.outcome };
}

function noticeOf(tag: string | undefined): NoticeId | undefined {
  const notice = noticeOfTag(tag ?? '');
  const [stage = '', date = ''] = notice.split('@');
  return /^[a-z]+\d*$/.test(stage) && isLocalDate(date) && notice === `${stage}@${date}` ? notice : undefined;
}

async function tellOfNotReached(world: Needs, unreached: Unreached & { reason: NoticeFact }): Promise<void> {
  const { userId, notice, reason } = unreached;
  const [sunset, members] = await Promise.all([world.plan.sunset(), world.ledger.members([userId])]);
  const member = members.get(userId);
  if (sunset === undefined || member === undefined || member.facts.failed.get(notice) === reason) return;
  await tellPlatform(world, sunset.plan, [unreached]);
}

/**
 * A full mailbox, a server that is down: the notice is sent once more, the next morning. Not where it was delivered,
 * because then this is an automatic answer; that may also become known until then, and notify asks again.
 */
async function tryAgain(
  world: Needs,
  x: { userId: string; notice: NoticeId; page: string; at: Instant },
): Promise<void> {
  const { clock, ledger, plan } = world;
  const { userId, notice } = x;
  const named = idOfTag(x.page);
  const [sunset, members] = await Promise.all([plan.sunset(), ledger.members([userId])]);
  const member = members.get(userId);
  if (sunset === undefined || member === undefined || member.facts.delivered.has(notice)) return;
  const lost = () => tellPlatform(world, sunset.plan, [{ userId, notice, reason: 'soft-bounced' }]);
  // Tomorrow it would not say the truth.
  if (isDayBefore(sunset.plan, notice)) return lost();
  // Who was moved meanwhile is told another date.
  if (!('id' in named) || named.id !== member.page) return;
  const page = await ledger.page(member.page);
  const record = page?.records.get(notice);
  const slot = page?.members.indexOf(userId) ?? -1;
  if (record === undefined) return;
  const now = clock.now();
  const open = unsettled(record);
  // The message comes again in some minutes. Of an attempt whose process died nothing more will be known by then.
  if (open?.slots.includes(slot) === true && now < open.at + SETTLING)
    throw new Error('a notice came back before its attempt was settled');

  const until = nextMorning(sunset.plan, groupKey(member.group, sunset.plan).zone, now);
  const attempt = returnable(record, slot);
  const latest = record.attempts.findLast(({ slots }) => slots.includes(slot));
  if (attempt !== undefined) {
    const { number } = attempt;
    await ledger.giveBack(member.page, notice, { number, slot, until: record.complete ? until : record.until });
  } else if (latest?.outcomes[slot] !== 'returned') {
    // The second time. An event of the first that comes again is older than the second attempt.
    if (latest !== undefined && x.at >= latest.at) {
      await lost();
      // Of a second attempt whose end nobody knows it is the proof that SES has taken it.
      if (record.attempts.some(({ outcomes }) => outcomes[slot] === 'returned'))
        await ledger.addFacts(userId, [{ kind: 'soft-bounced-again', notice, at: x.at }]);
    }
    return;
  }
  // After the record, which the run looks at; cut off in between, the event comes again and finds it returned. One row
  // for all of a group's that come back on one day.
  await plan.schedule({ at: until, kind: 'again', id: `${member.group}|${notice}` });
}

async function personOf({ ledger }: Needs, person: string, page: string): Promise<string | undefined> {
  const named = idOfTag(person);
  if ('id' in named) return named.id;
  const pageNamed = idOfTag(page);
  const members = 'id' in pageNamed ? (await ledger.page(pageNamed.id))?.members : undefined;
  return members?.find((candidate) => named.matches(candidate));
}
