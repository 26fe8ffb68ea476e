/**
 * What became of each mail. One event is one fact about one person and one notice, written once however often and in
 * whatever order the events come; only a new fact counts for the breakers.
 */
import type { FeedbackMessage } from '../contracts/messages.ts';
import { type Outcomes, trippedBreaker } from '../domain/breaker.ts';
import type { NoticeFact, PersonFact } from '../domain/member.ts';
import { type NoticeId, noticeOfTag } from '../domain/notice-id.ts';
import { isRequired } from '../domain/page.ts';
import { idOfTag } from '../domain/tags.ts';
import { parseInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { setHold } from './set-hold.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'bus'>;

/** Messages whose rows are written at once. */
const AT_ONCE = 10;

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
      return { fact: 'soft-bounced' };
    case 'Complaint':
      return { fact: 'complained', person: 'complained', outcome: 'complained' };
    case 'Reject':
      return { fact: 'rejected' };
    case 'Rendering Failure':
      return { fact: 'rendering-failed' };
    case 'DeliveryDelay':
      return { fact: 'delayed' };
    default:
      return null;
  }
}

async function record(world: Needs, message: FeedbackMessage) {
  const { ledger, log } = world;
  const meaning = meaningOf(message);
  const tag = (name: string) => {
    const value = message.tags[name];
    return typeof value === 'string' ? value : value?.[0];
  };
  const [person, page, noticeTagged] = [tag('person'), tag('page'), tag('notice')];
  if (meaning === null || person === undefined || page === undefined || noticeTagged === undefined) {
    log.warn('an event is of no use', { type: message.type });
    return undefined;
  }
  const notice = noticeOfTag(noticeTagged);
  const userId = await personOf(world, person, page);
  if (userId === undefined) {
    log.warn('an event names nobody', { type: message.type, notice });
    return undefined;
  }
  const at = parseInstant(message.time);
  const facts = [
    { kind: meaning.fact, notice, at },
    ...(meaning.person === undefined ? [] : [{ kind: meaning.person, at }]),
  ];
  // Before the fact, which would hide from a second try that the platform was not told.
  if (meaning.person === 'unreachable') await tellPlatform(world, { userId, notice, reason: meaning.fact });
  const added = await ledger.addFacts(userId, facts);
  if (added === undefined) return undefined;
  return meaning.outcome === undefined ? undefined : { cohort: added.cohort, notice, outcome: meaning.outcome };
}

/** Of whom a required notice could not reach: once, nearly. */
async function tellPlatform(
  { plan, ledger, bus }: Needs,
  { userId, notice, reason }: { userId: string; notice: NoticeId; reason: NoticeFact },
): Promise<void> {
  const [sunset, members] = await Promise.all([plan.sunset(), ledger.members([userId])]);
  const member = members.get(userId);
  if (sunset === undefined || member === undefined || !isRequired(sunset.plan, notice)) return;
  if (member.facts.failed.get(notice) === reason) return;
  await bus.publish([{ type: 'PersonUnreachable', detail: { sunset: sunset.plan.sunset, userId, notice, reason } }]);
}

async function personOf({ ledger }: Needs, person: string, page: string): Promise<string | undefined> {
  const named = idOfTag(person);
  if ('id' in named) return named.id;
  const pageNamed = idOfTag(page);
  const members = 'id' in pageNamed ? (await ledger.page(pageNamed.id))?.members : undefined;
  return members?.find((candidate) => named.matches(candidate));
}
