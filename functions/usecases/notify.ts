/**
 * One page, one notice. Person by person: send, skip with a reason, or ask again later; then, language by language,
 * reserve a slot, wait for it, look again, claim, send once, settle. The order is what keeps the promises: nothing
 * is sent without a claim, nothing is claimed without a permit that was read after the last wait.
 */
import type { NoticeMessage } from '../contracts/messages.ts';
import { chunks } from '../domain/chunks.ts';
import { effectiveEndDate, groupKey, pageParts, zoneNow } from '../domain/group.ts';
import { languageOf, languagesOf, type Language } from '../domain/language.ts';
import { linkExpiry, type LinkKey, sealLink } from '../domain/link.ts';
import { type Member, type Profile, toldTogether } from '../domain/member.ts';
import { decideNotice, NOT_BY_MAIL, type NoticeDecision } from '../domain/notice.ts';
import { DONE, noticeParts } from '../domain/notice-id.ts';
import { largestBurst, slotLength } from '../domain/pacing.ts';
import type { Plan } from '../domain/plan.ts';
import {
  type Attempt,
  EMPTY_RECORD,
  endedSlots,
  isOwed,
  type NoticeRecord,
  outcomesOf,
  RECONCILE_AFTER,
  reconciled,
  toldOnPage,
  unsettled,
} from '../domain/page.ts';
import { type CohortState, isPermitted, SEND_TIMEOUT, WRITE_TIMEOUT } from '../domain/wave.ts';
import { sharedValues, valuesOf } from '../mail/values.ts';
import type { Letter, Page, Sunset, World } from '../ports.ts';
import { type ChatsOf, chatsForDone, chatsForReminder } from './chats-of-people.ts';
import { setHold } from './set-hold.ts';
import { tellPlatform, type Unreached } from './tell-platform.ts';

type Needs = Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform' | 'mailer' | 'bus' | 'links' | 'lease'>;

/** What is left of an invocation for its last slot's wait, beside the call of SES and the settling. */
const REST = SEND_TIMEOUT + 10_000;

export async function notify(world: Needs, { page: pageId, notice }: NoticeMessage): Promise<void> {
  const { clock, log, plan, ledger } = world;
  const started = clock.now();
  const page = await ledger.page(pageId);
  if (page === undefined) {
    // Counted, but never written: whoever would have been on it is on another. Long before, the group was sealed.
    await ledger.note(pageId, notice, { skipped: {}, complete: true, until: null, changes: 0 });
    return;
  }
  const cohortId = cohortOfPage(pageId);
  const [members, sunset, cohort, budget] = await Promise.all([
    ledger.members(page.members),
    plan.sunset(),
    plan.cohort(cohortId),
    plan.budget(),
  ]);
  if (sunset?.active !== true || cohort === undefined || budget === undefined) return;

  let record = page.records.get(notice) ?? EMPTY_RECORD;
  if (record.until !== null && record.until > started) return;
  const open = unsettled(record);
  if (open !== undefined) {
    if (started < open.at + world.lease) return;
    if (started < open.at + RECONCILE_AFTER) {
      await ledger.note(pageId, notice, { ...record, until: open.at + RECONCILE_AFTER });
      return;
    }
    const outcomes = reconciled(open, {
      notice,
      required: isOwed(sunset.plan, notice),
      record,
      factsOf: (slot) => members.get(page.members[slot] ?? '')?.facts,
    });
    await ledger.settle(pageId, notice, { number: open.number, at: started, outcomes });
    record = withAttempt(record, { ...open, settledAt: started, outcomes });
    log.warn('an attempt of unknown end was reconciled', { notice, page: pageId, people: open.slots.length });
  }

  const asking = await prepare(world, { page, notice, sunset, members, record });
  const decisions = asking.decide(clock.now(), members, cohort, record);
  const cameBack = outcomesOf(record);
  const unreached = [...decisions].flatMap(([slot, decision]): Unreached[] => {
    if (decision.kind !== 'skip') return [];
    const userId = page.members[slot] ?? '';
    if (NOT_BY_MAIL.has(decision.reason)) return [{ userId, notice, reason: decision.reason }];
    // It came back, and can no longer be sent again.
    const isLost = decision.reason === 'superseded' && cameBack.get(slot) === 'returned';
    return isLost ? [{ userId, notice, reason: 'soft-bounced' }] : [];
  });
  // Before it is noted that they are passed over: told twice is better than not at all.
  await tellPlatform(world, sunset.plan, unreached);
  const skipped = { ...record.skipped, ...reasons(decisions) };
  const senders = [...decisions].filter(([, { kind }]) => kind === 'send').map(([slot]) => slot);
  const noted = (now: NoticeRecord) => {
    const ended = endedSlots({ ...now, skipped });
    const complete = page.members.every((_, slot) => ended.has(slot));
    const untils = [...decisions.values()].flatMap((each) => (each.kind === 'postpone' ? [each.until] : []));
    const waitsOnly = page.members.every((_, slot) => ended.has(slot) || decisions.get(slot)?.kind === 'postpone');
    return { skipped, complete, until: !complete && waitsOnly ? Math.min(...untils) : null, changes: record.changes };
  };

  // Before any slot is waited for: nothing may be waited for after the permit was looked at.
  const linkKey = await world.links.key();
  const largest = largestBurst(sunset.plan, budget.rate);
  const bursts = Object.values(Object.groupBy(senders, asking.languageOf)).flatMap((slots) => chunks(slots, largest));
  let sent = false;
  for (let burst = bursts.shift(); burst !== undefined; burst = bursts.shift()) {
    const slot = await plan.reserve('mail', {
      now: clock.now(),
      length: slotLength(sunset.plan, budget.rate, burst.length),
      latest: started + world.lease - REST,
      budget: burst.length,
    });
    if (typeof slot === 'string') break;
    await clock.waitUntil(slot);

    const [current, authority] = await Promise.all([ledger.members(page.members), plan.cohort(cohortId)]);
    const now = clock.now();
    if (authority === undefined || !isPermitted(authority, now, 2 * WRITE_TIMEOUT + SEND_TIMEOUT)) break;
    const again = asking.decide(now, current, authority, record);
    const slots = burst.filter((each) => again.get(each)?.kind === 'send');
    const first = slots[0];
    if (first === undefined) continue;
    const language = asking.languageOf(first);
    const number = record.attempts.length + 1;
    const template = sunset.templates[`${noticeParts(notice).stage}/${language}`];
    if (template === undefined)
      throw new Error(`the plan has no template for ${noticeParts(notice).stage}/${language}`);
    const shared = sharedValues(language, noticeParts(notice).endDate);
    const letters = slots.map((each) => asking.letter(each, language, current, linkKey));
    const own = Object.fromEntries(slots.map((each, at) => [each, withoutLink(letters[at]?.values ?? {})]));
    const letter = { template, shared, own };
    if (!(await ledger.claim(pageId, notice, { number, at: now, language, slots, letter }))) return;

    const answer = await world.mailer
      .send({ template, page: pageId, notice, sender: sunset.plan.sender, shared, letters })
      .catch((error: unknown) => {
        log.warn('it is unknown whether SES has accepted a claim', { notice, page: pageId, error: nameOf(error) });
        return undefined;
      });
    // The claim stays unsettled: the events will tell, or the time after which none can come.
    if (answer === undefined) return;

    sent = true;
    const alone = slots.length === 1;
    const outcomes = Object.fromEntries(
      slots.map((each, at) => [
        each,
        answer.kind === 'answered'
          ? (answer.outcomes[at] ?? 'unknown')
          : answer.kind === 'malformed' && alone
            ? 'refused'
            : 'throttled',
      ]),
    );
    const attempt: Attempt = { number, at: now, language, slots, settledAt: clock.now(), outcomes };
    record = withAttempt(record, attempt);
    // Before the slots have ended, after which nobody would look at them again.
    await noteRefusals(world, sunset.plan, { page, notice, outcomes });
    await ledger.settle(pageId, notice, { number, at: clock.now(), outcomes, noted: noted(record) });

    // A call that was refused as a whole is bisected, never repeated unchanged.
    if (answer.kind === 'malformed' && !alone) bursts.unshift(...chunks(slots, Math.ceil(slots.length / 2)));
    const stop = answer.kind === 'account' ? answer.why : answer.kind === 'answered' ? answer.account : undefined;
    if (stop !== undefined) {
      await setHold(world, cohortId, { who: 'sunset', why: `SES refuses to send: ${stop}` });
      return;
    }
    if (answer.kind === 'throttled') return;
  }
  if (!sent) await ledger.note(pageId, notice, noted(record));
}

/** What is read once for all decisions about a page: profiles, and what is known of each person's chats. */
async function prepare(
  world: Needs,
  x: { page: Page; notice: string; sunset: Sunset; members: ReadonlyMap<string, Member>; record: NoticeRecord },
) {
  const { page, notice, sunset, members, record } = x;
  const { stage, endDate } = noticeParts(notice);
  const key = groupKey(pageParts(page.id).group, sunset.plan);
  const ended = endedSlots(record);
  const openSlots = page.members.flatMap((_, slot) => (ended.has(slot) ? [] : [slot]));
  const people = openSlots
    .map((slot) => members.get(page.members[slot] ?? ''))
    .filter((member): member is Member => member?.page === page.id);
  // An attempt that was settled just now says something else than the row that was read.
  const records = new Map(page.records).set(notice, record);
  const lookAtChats = stage === DONE ? chatsForDone : chatsForReminder;
  // Who has more chats than one row holds is rare.
  const many = people.filter(({ chatRows }) => chatRows > 1);
  const [told, profiles, chats] = await Promise.all([
    Promise.all(many.map(async (member) => [member.userId, (await world.ledger.chatsOf(member)).length] as const)).then(
      (counts) => new Map(counts),
    ),
    world.platform.users(people.map(({ userId }) => userId)),
    lookAtChats(world, people, { now: world.clock.now(), rails: sunset.plan.guardRails }),
  ]);

  const spoken = languagesOf(sunset.plan);
  const languageOfSlot = (slot: number): Language => languageOf(profiles.get(page.members[slot] ?? '')?.locale, spoken);
  return {
    languageOf: languageOfSlot,
    decide(now: number, current: ReadonlyMap<string, Member>, cohort: CohortState, sofar: NoticeRecord) {
      const ends = effectiveEndDate(cohort.endDate, key.notBefore);
      const over = endedSlots(sofar);
      const decisions = new Map<number, NoticeDecision>();
      for (const slot of openSlots) {
        if (over.has(slot)) continue;
        const userId = page.members[slot] ?? '';
        const member = current.get(userId);
        decisions.set(
          slot,
          decideNotice({
            plan: sunset.plan,
            notice,
            page: page.id,
            zone: key.zone,
            endDate: ends,
            member: member && {
              ...member,
              told: toldTogether(
                member.told,
                toldOnPage(records, slot, key.zone, { delivered: member.facts.delivered, again: notice }),
              ),
            },
            profile: profiles.get(userId),
            chats: chats.get(userId) ?? NO_CHATS,
            // A soft bounce may come after its delivery, or before it.
            had: member?.facts.delivered.has(notice) === true,
            now,
          }),
        );
      }
      return decisions;
    },
    letter(slot: number, language: Language, current: ReadonlyMap<string, Member>, links: LinkKey): Letter {
      const userId = page.members[slot] ?? '';
      const profile = profiles.get(userId) as Profile;
      const { disabled, kept } = chats.get(userId) ?? NO_CHATS;
      const token = sealLink(links, { sunset: sunset.plan.sunset, userId, expires: linkExpiry(endDate) });
      return {
        userId,
        address: profile.email as string,
        values: valuesOf(language, {
          endDate,
          locale: profile.locale,
          // Where they are now: chats are not disabled before the day is over there.
          zone: zoneNow(profile, key.zone),
          link: world.links.base + token,
          counts:
            stage === DONE ? { disabled, kept } : { chats: told.get(userId) ?? current.get(userId)?.chats.size ?? 1 },
        }),
      };
    },
  };
}

function withoutLink({ link: _, ...values }: Readonly<Record<string, string>>): Record<string, string> {
  return values;
}

const NO_CHATS: ChatsOf = { encrypted: false, openUntil: null, ended: false, disabled: 0, kept: 0 };

/** What SES refuses for good is a fact about the person's address. */
async function noteRefusals(
  world: Needs,
  plan: Plan,
  { page, notice, outcomes }: { page: Page; notice: string; outcomes: Readonly<Record<string, string>> },
): Promise<void> {
  const refused = Object.entries(outcomes).filter(([, outcome]) => outcome === 'refused');
  const people = refused.map(([slot]) => page.members[Number(slot)] ?? '');
  await tellPlatform(
    world,
    plan,
    people.map((userId) => ({ userId, notice, reason: 'refused' as const })),
  );
  for (const userId of people)
    await world.ledger.addFacts(userId, [{ kind: 'refused', notice, at: world.clock.now() }]);
}

function reasons(decisions: ReadonlyMap<number, NoticeDecision>): Record<number, string> {
  return Object.fromEntries(
    [...decisions].flatMap(([slot, each]) => (each.kind === 'skip' ? [[slot, each.reason]] : [])),
  );
}

function withAttempt(record: NoticeRecord, attempt: Attempt): NoticeRecord {
  return { ...record, attempts: [...record.attempts.filter(({ number }) => number !== attempt.number), attempt] };
}

const cohortOfPage = (page: string) => page.split('~')[0] ?? '';
const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
