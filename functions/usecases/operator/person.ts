/**
 * Everything one person was told, with the exact text, and what was done to their chats; also where they were on other
 * pages before. What they are shown is what was recorded when it was sent, never what would be written today.
 */
import type { AnswerOf } from '../../contracts/operator-api.ts';
import { type Chat, endInstantOf } from '../../domain/gate.ts';
import { groupKey, pageParts } from '../../domain/group.ts';
import { type Member, toldTogether } from '../../domain/member.ts';
import { doneFrom, ladder } from '../../domain/notice.ts';
import { DONE, type NoticeId, noticeParts } from '../../domain/notice-id.ts';
import { type AttemptOutcome, type SentLetter, toldOnPage } from '../../domain/page.ts';
import type { Plan } from '../../domain/plan.ts';
import { finalAfter } from '../../domain/restoring.ts';
import { type Instant, isoInstant } from '../../domain/time.ts';
import { renderedLetter } from '../../mail/rendered.ts';
import type { Blocked, Office, Page, RecordedTemplate } from '../../ports.ts';
import { participantsOf } from '../participants.ts';
import { refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'office' | 'ledger' | 'platform'>;
type Person = AnswerOf<'person'>;

/** Stands where the link stood: who has a person's link can answer for them. */
export const LINK_WITHHELD = '[their own link]';

export async function person(
  { plan, office, ledger, platform }: Needs,
  { now }: Pick<Asker, 'now'>,
  { person: userId }: { readonly person: string },
): Promise<Person> {
  const [{ sunset, cohorts }, members, written, profiles] = await Promise.all([
    plan.situation(),
    ledger.members([userId]),
    ledger.writtenFacts(userId),
    platform.users([userId]),
  ]);
  const member = members.get(userId);
  if (sunset === undefined)
    return refuse(
      'no-plan',
      'There is no plan yet, and nobody was told anything.',
      'Apply one: sunset plan apply FILE',
    );
  const rules = sunset.plan;
  const [participant] = participantsOf({ participants: [userId] }, { plan: rules, members, profiles, cohorts });
  if (member === undefined || participant?.endDate === undefined)
    return refuse(
      'unknown-person',
      'Nobody with this id is enrolled.',
      'Use the id that the platform has for them. Whoever has no encrypted chat is not enrolled, and was told nothing.',
    );

  const [pages, chatIds] = await Promise.all([
    Promise.all([...member.formerPages, member.page].map((page) => ledger.page(page))),
    ledger.chatsOf(member),
  ]);
  const events = pages.flatMap((page) => (page === undefined ? [] : eventsOn(rules, page, member)));
  const [letters, chats, blocked] = await Promise.all([
    Promise.all(events.map(async (event) => letterSent({ ledger }, event))),
    platform.chats(chatIds),
    ledger.blocked(chatIds),
  ]);
  const sentOf = new Map(events.map((event, at) => [event, letters[at]]));
  const names = [...new Set(letters.flatMap((letter) => letter?.template ?? []))];
  const templates = new Map(
    (await Promise.all(names.map((name) => office.template(name)))).flatMap((each) =>
      each === undefined ? [] : [[each.name, each] as const],
    ),
  );
  const letterOf = (event: Event) => {
    const sent = sentOf.get(event);
    const template = sent && templates.get(sent.template);
    return sent === undefined || template === undefined ? null : letterView(sent, template, event.slot);
  };
  const told = pages.reduce((before, page) => {
    const slot = page?.members.indexOf(userId) ?? -1;
    if (page === undefined || slot < 0) return before;
    const { zone } = groupKey(pageParts(page.id).group, rules);
    return toldTogether(before, toldOnPage(page.records, slot, zone, member.facts));
  }, member.told);
  return {
    at: isoInstant(now),
    person: userId,
    sunset: rules.sunset,
    cohort: member.cohort,
    endDate: participant.endDate,
    endInstant: isoInstant(endInstantOf(participant) ?? 0),
    toldEndDate: told.endDate,
    timeZone: member.timeZone,
    group: member.group,
    enrolledAt: isoInstant(member.enrolledAt),
    exempt: member.exempt,
    facts: factsAbout(written, undefined),
    notices: events.map((event) => ({
      notice: event.notice,
      outcome: event.outcome,
      at: event.at === null ? null : isoInstant(event.at),
      facts: factsAbout(written, event.notice),
      letter: letterOf(event),
    })),
    chats: chatIds.map((id) => chatView(rules, member, id, chats.get(id), blocked.get(id))),
  };
}

/** One attempt that had the person, or why a notice passed them over. */
interface Event {
  readonly page: string;
  readonly notice: NoticeId;
  readonly slot: number;
  /** 0: none. */
  readonly number: number;
  readonly at: Instant | null;
  readonly outcome: string;
}

const WORDS: Readonly<Record<AttemptOutcome, string>> = {
  accepted: 'sent',
  throttled: 'throttled',
  returned: 'returned',
  refused: 'refused',
  unknown: 'unknown',
  unheard: 'unknown',
};
/** SES has dropped or refused it: nothing left. */
const NOT_SENT: ReadonlySet<string> = new Set(['throttled', 'refused']);
const mayHaveBeenSent = ({ number, outcome }: Event) => number > 0 && !NOT_SENT.has(outcome);

function eventsOn(plan: Plan, { id: page, members, records }: Page, member: Member): Event[] {
  const slot = members.indexOf(member.userId);
  if (slot < 0) return [];
  const events = [...records].flatMap(([notice, { attempts, skipped }]): Event[] => {
    const about = { page, notice, slot };
    const tried = attempts
      .filter(({ slots }) => slots.includes(slot))
      .map(({ number, at, outcomes }) => {
        const outcome = outcomes[slot];
        return { ...about, number, at, outcome: outcome === undefined ? 'under-way' : WORDS[outcome] };
      });
    const reason = skipped[slot];
    // They were on another page by then, where it is told.
    if (reason === 'not-on-this-page') return tried;
    const passed = reason === undefined ? [] : [{ ...about, number: 0, at: null, outcome: reason }];
    // On a page that they have left nothing is decided about them any more.
    const waits = page === member.page ? [{ ...about, number: 0, at: null, outcome: 'waits' }] : [];
    return tried.length + passed.length === 0 ? waits : [...tried, ...passed];
  });
  // What was passed over has no time of its own, and stands where its notice would.
  const zone = groupKey(pageParts(page).group, plan).zone;
  return events
    .map((event) => ({ event, at: event.at ?? plannedAt(plan, event.notice, zone) }))
    .sort((one, other) => one.at - other.at)
    .map(({ event }) => event);
}

function plannedAt(plan: Plan, notice: NoticeId, zone: string): Instant {
  const { stage, endDate } = noticeParts(notice);
  if (stage === DONE) return doneFrom(plan, endDate, zone);
  const rungs = ladder(plan, endDate, zone);
  // A correction comes when the date moves, which is before most of the new date's stages.
  return (rungs.find(({ id }) => id === notice) ?? rungs[0])?.at ?? 0;
}

async function letterSent({ ledger }: Pick<Needs, 'ledger'>, event: Event): Promise<SentLetter | undefined> {
  return mayHaveBeenSent(event) ? ledger.letter(event.page, event.notice, event.number) : undefined;
}

function letterView(sent: SentLetter, template: RecordedTemplate, slot: number) {
  const values = { ...sent.shared, ...sent.own[slot], link: LINK_WITHHELD };
  return { language: template.language, template: template.name, ...renderedLetter(template, values) };
}

/** As they were written, by kind: about one notice, or about the person. */
function factsAbout(written: ReadonlyMap<string, Instant>, notice: NoticeId | undefined): Record<string, string> {
  return Object.fromEntries(
    [...written].flatMap(([key, at]) => {
      const [kind = '', about] = key.split(' ');
      return about === notice ? [[kind, isoInstant(at)]] : [];
    }),
  );
}

function chatView(
  plan: Plan,
  { userId }: Member,
  chatId: string,
  chat: Chat | undefined,
  blocked: Blocked | undefined,
): Person['chats'][number] {
  const mark = chat?.mark ?? null;
  const restoredAt = mark?.restoredAt ?? null;
  const isOff = mark !== null && chat?.encrypted === false;
  return {
    chatId,
    // Who has left a chat has nothing to do with what becomes of it.
    state: !chat?.participants.includes(userId) ? 'gone' : chat.encrypted ? 'encrypted' : 'off',
    disabledAt: mark === null ? null : isoInstant(mark.at),
    restoredAt: restoredAt === null ? null : isoInstant(restoredAt),
    finalAfter: isOff ? isoInstant(finalAfter(plan, mark.at)) : null,
    // The row stays when the chat is disabled later.
    blocked:
      blocked === undefined || chat?.encrypted !== true
        ? null
        : { reason: blocked.reason, at: isoInstant(blocked.at), person: blocked.userId },
  };
}
