/**
 * Holds a campaign to promises 1, 2, 3, 4, 7, 8 and 10, by what was seen from outside: the mail that SES accepted, its
 * events, the writes to the table of chats, the signals, and the state at the end. It shares no line with the product:
 * a mistake in the product's arithmetic of dates or in its rules cannot excuse itself here.
 *
 * Instants are milliseconds since 1970, in UTC; dates are local calendar days, `2026-05-08`, which sort as text.
 */
import { addDays, isZone, iso, LATEST_ZONE, localTime, startOfDay } from './dates.ts';

export interface Mail {
  readonly at: number;
  readonly userId: string;
  /** Stage and end date: `d35@2026-05-08`. */
  readonly notice: string;
  readonly endDate: string;
}
export interface Event {
  readonly at: number;
  readonly kind: string;
  readonly userId: string;
  readonly notice: string;
}
/** A chat's encryption as it was changed, whoever changed it; participants as they were then. */
export interface Flip {
  readonly at: number;
  readonly chatId: string;
  readonly to: string;
  readonly participants: readonly string[];
}
/** The zone at enrolment first, then the zone at the end where it is another; null is an unknown one. */
export interface Person {
  readonly userId: string;
  readonly cohort: string;
  readonly timeZones: readonly (string | null)[];
}
export interface Signal {
  readonly at: number;
  readonly userId: string;
  readonly kind: string;
  readonly notice?: string | undefined;
}
/** A chat at the end; `blocked` is the reason why it is still encrypted. */
export interface Chat {
  readonly chatId: string;
  readonly participants: readonly string[];
  readonly encryption: string;
  readonly blocked?: string | undefined;
}
type Counts = Readonly<Record<string, number>>;
export interface Report {
  readonly people: { readonly total: number; readonly enrolled: number; readonly withoutEncryptedChat: number };
  readonly chats: { readonly total: number; readonly neverEncrypted: number; readonly open: number };
  /** By stage, by outcome. */
  readonly notices: Readonly<Record<string, Counts>>;
  readonly disabled: number;
  /** By reason. */
  readonly blocked: Counts;
}
export interface World {
  readonly mail: readonly Mail[];
  readonly events: readonly Event[];
  readonly flips: readonly Flip[];
  readonly people: readonly Person[];
  readonly signals: readonly Signal[];
  readonly chats: readonly Chat[];
  readonly report: Report;
}

/** What the operators promised in numbers; durations in milliseconds unless they are named days. */
export interface PlanNumbers {
  /** Zone by which people are mailed whose own is unknown. */
  readonly timeZone: string;
  /** End date by cohort. */
  readonly endDates: ReadonlyMap<string, string>;
  readonly stages: readonly { readonly name: string; readonly days: number; readonly required: boolean }[];
  /** Local hours: from the first in which anybody is mailed to the first in which nobody is any more. */
  readonly sendWindow: { readonly from: number; readonly to: number };
  readonly requiredNotices: number;
  readonly minimumNotice: number;
  readonly finalNotice: number;
  readonly finalWithinDays: number;
}

export interface Verdict {
  readonly promise: number;
  /** How much was judged: a promise held by nothing is no proof. */
  readonly judged: string;
  readonly violations: number;
  /** The first of them, each a clause without addresses or names. */
  readonly first: readonly string[];
}

/** The largest claim: more people than this cannot be in doubt after one crash. */
const CLAIM = 50;
const SHOWN = 5;

export interface Circumstances {
  /** Processes killed on purpose: each may leave one claim of which nobody knows whether SES took it. */
  readonly kills?: number;
  /** The campaign was stopped before its end: notices and chats may be open, and are counted as such. */
  readonly unfinished?: boolean;
}

/** One verdict a promise, in their order. */
export function judge(world: World, plan: PlanNumbers, circumstances: Circumstances = {}): Verdict[] {
  const x = gather(world, plan, circumstances);
  const [mails, flips] = [`${world.mail.length} mails`, `${x.flips.length} flips`];
  const participants = `${x.flips.reduce((sum, flip) => sum + flip.participants.length, 0)} participants of ${flips}`;
  return [
    verdict(1, flips, neverEarly(x)),
    verdict(2, `${mails}, ${flips}`, onlyLater(x)),
    verdict(3, participants, nobodyUninformed(x)),
    verdict(4, participants, enoughTime(x)),
    verdict(7, mails, atMostOnce(x)),
    verdict(8, `${world.people.length} people, ${world.chats.length} chats`, nobodyForgotten(x)),
    verdict(10, mails, noFlood(x)),
  ];
}

function verdict(promise: number, judged: string, found: Iterable<string>): Verdict {
  let violations = 0;
  const first: string[] = [];
  for (const violation of found) {
    violations += 1;
    if (first.length < SHOWN) first.push(violation);
  }
  return { promise, judged, violations, first };
}

/** All that is known of one person. */
interface Dossier {
  readonly userId: string;
  /** Where they are mailed: by the zone at enrolment, or the plan's. */
  readonly mailZone: string;
  /** Where they may be when a date ends: of all these the latest counts. */
  readonly zones: readonly string[];
  /** Of their cohort in the plan; absent for who was never enrolled. */
  readonly planned: string | undefined;
  /** In order of time. */
  readonly mails: Mail[];
  /** By notice, when it is first known to have reached them: delivered, or seen in the app. */
  readonly proofs: Map<string, number>;
  waivedAt: number;
}
interface Evidence {
  readonly world: World;
  readonly plan: PlanNumbers;
  readonly kills: number;
  readonly unfinished: boolean;
  readonly dossier: (userId: string) => Dossier;
  readonly dossiers: ReadonlyMap<string, Dossier>;
  /** Those that ended an encryption. */
  readonly flips: readonly Flip[];
}

function gather(world: World, plan: PlanNumbers, { kills = 0, unfinished = false }: Circumstances): Evidence {
  const people = new Map(world.people.map((person) => [person.userId, person]));
  const dossiers = new Map<string, Dossier>();
  const dossier = (userId: string): Dossier => {
    const known = dossiers.get(userId);
    if (known !== undefined) return known;
    const person = people.get(userId);
    const timeZones = (person?.timeZones ?? [null]).map((zone) => (isZone(zone) ? zone : null));
    const begun: Dossier = {
      userId,
      mailZone: timeZones[0] ?? plan.timeZone,
      zones: timeZones.map((zone) => zone ?? LATEST_ZONE),
      planned: person && plan.endDates.get(person.cohort),
      mails: [],
      proofs: new Map(),
      waivedAt: Number.POSITIVE_INFINITY,
    };
    dossiers.set(userId, begun);
    return begun;
  };
  const prove = (userId: string, notice: string, at: number) => {
    const { proofs } = dossier(userId);
    if (stageOf(notice) !== 'done') proofs.set(notice, Math.min(at, proofs.get(notice) ?? at));
  };
  for (const mail of world.mail.toSorted((a, b) => a.at - b.at)) dossier(mail.userId).mails.push(mail);
  for (const { kind, userId, notice, at } of world.events) if (kind === 'delivered') prove(userId, notice, at);
  for (const { kind, userId, notice, at } of world.signals) {
    if (kind === 'seen' && notice !== undefined) prove(userId, notice, at);
    if (kind === 'waived') dossier(userId).waivedAt = Math.min(dossier(userId).waivedAt, at);
  }
  return { world, plan, kills, unfinished, dossier, dossiers, flips: world.flips.filter(({ to }) => to === 'off') };
}

/** Promise 1. The date that stood at the flip: the latest told by then, and no earlier than the cohort's. */
function* neverEarly({ flips, dossier }: Evidence): Generator<string> {
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const date = endDateAt(person, at);
      if (date !== undefined && at < endFor(person, date))
        yield `chat ${chatId} off at ${iso(at)}, but ${date} ends for ${person.userId} at ${iso(endFor(person, date))}`;
    }
}

/** Promise 2. Dates that were told only after the flip are judged here, those told before by promise 1. */
function* onlyLater({ flips, dossier, dossiers }: Evidence): Generator<string> {
  for (const { userId, mails } of dossiers.values()) {
    let latest = '';
    for (const { notice, endDate } of mails.filter(tellsDate)) {
      if (endDate < latest) yield `${userId} was told ${latest}, then ${endDate} by ${notice}`;
      else latest = endDate;
    }
  }
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const broken = person.mails.find(
        (mail) => tellsDate(mail) && mail.at > at && at < endFor(person, mail.endDate),
      )?.endDate;
      if (broken !== undefined)
        yield `chat ${chatId} off at ${iso(at)}, before ${broken}, which ${person.userId} was told`;
    }
}

/** Promise 3. A notice counts once, however often it was delivered or seen; `done` informs of nothing to come. */
function* nobodyUninformed({ flips, dossier, plan }: Evidence): Generator<string> {
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const had = proofsBefore(person, at).length;
      if (person.waivedAt > at && had < plan.requiredNotices)
        yield `chat ${chatId} off although ${had} notices had reached ${person.userId}, not ${plan.requiredNotices}`;
    }
}

/** Promise 4. Who has had too few notices is judged by promise 3: there is no first and latest to speak of. */
function* enoughTime({ flips, dossier, plan }: Evidence): Generator<string> {
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const proofs = proofsBefore(person, at);
      const [first, latest, date] = [proofs[0], proofs.at(-1), endDateAt(person, at)];
      if (person.waivedAt <= at || first === undefined || latest === undefined || date === undefined) continue;
      if (proofs.length < plan.requiredNotices) continue;
      const told = `chat ${chatId} off at ${iso(at)}, but to ${person.userId}`;
      if (at - first < plan.minimumNotice) yield `${told} the first notice came at ${iso(first)}, too late`;
      if (at - latest < plan.finalNotice) yield `${told} the latest came at ${iso(latest)}, too recently`;
      if (latest < startOfDay(addDays(date, -plan.finalWithinDays), person.mailZone))
        yield `${told} the latest about ${date} came at ${iso(latest)}, too long ago`;
    }
}

/**
 * Promise 7. After a crash a required notice is sent again, if nothing was heard of the first. What a mailbox gave back
 * for now, and no server had taken, may be sent once more.
 */
function* atMostOnce({ dossiers, plan, kills, world }: Evidence): Generator<string> {
  const required = new Set(plan.stages.filter((stage) => stage.required).map(({ name }) => name));
  const pairOf = ({ userId, notice }: Mail | Event) => `${userId} ${notice}`;
  const heard = Map.groupBy(world.events, pairOf);
  let doubtful = 0;
  for (const { mails } of dossiers.values()) {
    const last = new Map<string, Mail>();
    for (const mail of mails) {
      const before = last.get(mail.notice);
      last.set(mail.notice, mail);
      if (before === undefined) continue;
      const since = (from: number) => heard.get(pairOf(mail))?.filter(({ at }) => at >= from && at < mail.at) ?? [];
      const known = since(before.at).some(({ kind }) => kind !== 'delayed');
      const again = `${mail.userId} got ${mail.notice} again at ${iso(mail.at)}`;
      const softly = since(-Infinity).filter(({ kind }) => kind !== 'delayed');
      if (softly.length === 1 && softly[0]?.kind === 'soft-bounced') continue;
      doubtful += 1;
      if (known) yield `${again}, although an event had come`;
      else if (!required.has(stageOf(mail.notice)) && stageOf(mail.notice) !== 'moved')
        yield `${again}, which is not required`;
      else if (doubtful > CLAIM * kills) yield `${again}: more than ${CLAIM} for each of ${kills} crashes`;
    }
  }
}

/** Promise 8. The report adds up, and adds up to what was seen. */
function* nobodyForgotten(x: Evidence): Generator<string> {
  const { report, chats, people } = x.world;
  const members = new Set(people.map(({ userId }) => userId));
  const { total, enrolled, withoutEncryptedChat } = report.people;
  yield* unequal('people.total', total, 'enrolled and without encrypted chat', enrolled + withoutEncryptedChat);
  yield* unequal('people.enrolled', enrolled, 'people.jsonl', members.size);
  for (const { userId, mails } of x.dossiers.values())
    if (mails.length > 0 && !members.has(userId)) yield `${userId} was mailed, but never enrolled`;

  const ended = new Map(x.world.flips.toSorted((a, b) => a.at - b.at).map(({ chatId, to }) => [chatId, to]));
  const known = new Set(chats.map(({ chatId }) => chatId));
  for (const chatId of ended.keys()) if (!known.has(chatId)) yield `chat ${chatId} was flipped, then forgotten`;
  for (const { chatId, participants, encryption, blocked } of chats) {
    const last = ended.get(chatId);
    if (encryption !== 'off' && blocked === undefined && !x.unfinished)
      yield `chat ${chatId} is ${encryption} without a reason`;
    if (last !== undefined && last !== encryption)
      yield `chat ${chatId} is ${encryption}, but was last flipped to ${last}`;
    if (encryption === 'off' && last === undefined) continue;
    for (const userId of participants) if (!members.has(userId)) yield `${userId} of chat ${chatId} was never enrolled`;
  }
  yield* chatsAddUp(x, known.size, ended);
  yield* stagesAddUp(x);
}

function* chatsAddUp(
  { world, unfinished }: Evidence,
  known: number,
  ended: ReadonlyMap<string, string>,
): Generator<string> {
  const { chats, report } = world;
  const { disabled, blocked } = report;
  const { total, open, neverEncrypted } = report.chats;
  const accounted = disabled + sum(blocked) + neverEncrypted + open;
  yield* unequal('chats.total', total, 'disabled, blocked, never encrypted and open', accounted);
  yield* unequal('chats.total', total, 'chats.jsonl', known);
  const withoutReason = chats.filter(({ encryption, blocked: reason }) => encryption !== 'off' && reason === undefined);
  yield* unequal('chats.open', open, 'at the end', unfinished ? withoutReason.length : 0);
  yield* unequal('disabled', disabled, 'flipped to off', [...ended.values()].filter((to) => to === 'off').length);
  const plain = chats.filter(({ chatId, encryption }) => encryption === 'off' && !ended.has(chatId)).length;
  yield* unequal('chats.neverEncrypted', neverEncrypted, 'off without a flip', plain);
  const reasons = countBy(chats.flatMap((chat) => (chat.encryption === 'off' ? [] : (chat.blocked ?? []))));
  for (const reason of new Set([...Object.keys(blocked), ...reasons.keys()]))
    yield* unequal(`blocked.${reason}`, blocked[reason] ?? 0, 'chats.jsonl', reasons.get(reason) ?? 0);
}

/** Each stage of the plan has one outcome for everybody enrolled, `done` for everybody told; a moved date adds more. */
function* stagesAddUp({ world, plan, kills, unfinished, dossiers }: Evidence): Generator<string> {
  const { notices, people } = world.report;
  const told = [...dossiers.values()].map(({ mails }) => mails.filter(tellsDate)).filter((mails) => mails.length > 0);
  const hasMoved = notices['moved'] !== undefined || told.some((mails) => mails[0]?.endDate !== mails.at(-1)?.endDate);
  const due = new Map([...plan.stages.map(({ name }) => [name, people.enrolled] as const), ['done', told.length]]);
  const mailed = countBy(
    [...dossiers.values()].flatMap(({ mails }) => [...new Set(mails.map(({ notice }) => notice))].map(stageOf)),
  );
  for (const stage of new Set([...due.keys(), ...mailed.keys(), ...Object.keys(notices)])) {
    const outcomes = notices[stage] ?? {};
    const [all, least, open] = [sum(outcomes), due.get(stage) ?? 0, outcomes['open'] ?? 0];
    if (open > 0 && !unfinished) yield `${stage}: ${open} are open`;
    if (all < least && !unfinished) yield `${stage}: ${all} outcomes for ${least} people`;
    if (all > people.enrolled && !hasMoved) yield `${stage}: ${all} outcomes for ${people.enrolled} people, none moved`;

    const accepted = sum(Object.fromEntries(Object.entries(outcomes).filter(([outcome]) => wasAccepted(outcome))));
    const unseen = accepted - (mailed.get(stage) ?? 0);
    // A claim whose process was killed before it asked SES stays unproven, and was never mailed.
    if (unseen < 0 || unseen > Math.min(CLAIM * kills, outcomes['unproven'] ?? 0))
      yield `${stage}: accepted ${accepted} by the report, mailed ${mailed.get(stage) ?? 0}`;
  }
}

/** Promise 10. The days and hours are those of the zone in which the person is mailed. */
function* noFlood({ dossiers, plan }: Evidence): Generator<string> {
  const { from, to } = plan.sendWindow;
  const daysLeft = new Map([...plan.stages.map(({ name, days }) => [name, days] as const), ['done', -1]]);
  for (const { userId, mails, mailZone, planned } of dossiers.values()) {
    // Promise 8 asks why they were never enrolled; where they are nobody knows.
    if (planned === undefined) continue;
    const noticeOf = new Map<string, string>();
    const reached = new Map<string, number>();
    for (const { at, notice, endDate } of mails) {
      const { date, hour } = localTime(at, mailZone);
      const days = daysLeft.get(stageOf(notice));
      const got = `${userId} got ${notice} at ${iso(at)}`;
      // A repeated notice is promise 7's.
      if ((noticeOf.get(date) ?? notice) !== notice) yield `${got}, the day of ${noticeOf.get(date)}`;
      noticeOf.set(date, notice);
      if (hour < from || hour >= to) yield `${got}, which is ${hour} o'clock there`;
      if (days === 1 && date !== addDays(endDate, -1)) yield `${got}, which is not the day before ${endDate}`;
      if (days === undefined) continue;
      if (days > (reached.get(endDate) ?? days)) yield `${got}, after a later stage`;
      reached.set(endDate, Math.min(days, reached.get(endDate) ?? days));
    }
  }
}

function endDateAt({ mails, planned }: Dossier, at: number): string | undefined {
  const told = mails.filter((mail) => mail.at <= at && tellsDate(mail)).map(({ endDate }) => endDate);
  return [...told, ...(planned === undefined ? [] : [planned])].toSorted().at(-1);
}

function endFor({ zones }: Dossier, date: string): number {
  return Math.max(...zones.map((zone) => startOfDay(addDays(date, 1), zone)));
}

function proofsBefore({ proofs }: Dossier, at: number): number[] {
  return [...proofs.values()].filter((proof) => proof <= at).toSorted((a, b) => a - b);
}

/** `done` looks back. */
const tellsDate = ({ notice }: Mail) => stageOf(notice) !== 'done';
const stageOf = (notice: string) => notice.slice(0, notice.indexOf('@'));
const wasAccepted = (outcome: string) => !outcome.startsWith('skipped') && outcome !== 'refused' && outcome !== 'open';
const sum = (counts: Counts) => Object.values(counts).reduce((total, count) => total + count, 0);

function countBy(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function* unequal(name: string, given: number, source: string, expected: number): Generator<string> {
  if (given !== expected) yield `${name} is ${given}, ${source} ${expected}`;
}
