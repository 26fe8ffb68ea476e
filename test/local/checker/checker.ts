/**
 * Holds a campaign to promises 1, 2, 3, 4, 6, 7, 8, 10 and 13, by what was seen from outside: the mail that SES accepted,
 * its events, the writes to the table of chats and to the cohorts' items, the signals, what operators were answered, and
 * the state at the end. It shares no line with the product: a mistake in the product's arithmetic of dates or in its
 * rules cannot excuse itself here.
 *
 * Instants are milliseconds since 1970, in UTC; dates are local calendar days, `2026-05-08`, which sort as text.
 */
import { addDays, instant, isZone, iso, LATEST_ZONE, localTime, startOfDay } from './dates.ts';

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
  /** Whose wave it was, and under which arming; null where it carries no mark. */
  readonly cohort: string | null;
  readonly arming: string | null;
  /** Of the encryption that ended or began. */
  readonly encryptedSince: string | null;
  readonly version: number | null;
}
/** A cohort's item as it was written, whoever wrote it. */
export interface CohortChange {
  readonly at: number;
  readonly cohort: string;
  readonly endDate: string;
  readonly arming: string | null;
  readonly hold: boolean;
  /** From when on nobody can be at work under a permit; null without a hold. */
  readonly certainFrom: number | null;
}
/** What an operator typed, and was answered. */
export interface Command {
  readonly at: number;
  readonly run: string;
  readonly exit: number;
  readonly stdout: string;
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
  readonly cohorts: readonly CohortChange[];
  readonly operators: readonly Command[];
  readonly report: Report;
}

/** What the operators promised in numbers; durations in milliseconds unless they are named days. */
export interface PlanNumbers {
  /** Zone by which people are mailed whose own is unknown. */
  readonly timeZone: string;
  /** End date by cohort, as it was before anybody moved it. */
  readonly endDates: ReadonlyMap<string, string>;
  readonly stages: readonly { readonly name: string; readonly days: number; readonly required: boolean }[];
  /** Local hours: from the first in which anybody is mailed to the first in which nobody is any more. */
  readonly sendWindow: { readonly from: number; readonly to: number };
  readonly requiredNotices: number;
  readonly minimumNotice: number;
  readonly finalNotice: number;
  readonly finalWithinDays: number;
  readonly restoreWindow: number;
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
const NOT_REACHED = new Set(['bounced', 'complained', 'rejected', 'rendering-failed']);
/** A letter that had been handed to SES when a date moved: the longest call, and what two clocks may differ by. */
const UNDER_WAY = 60_000;
/** Local days after the one on which a date moves: the next morning, and one more for what was postponed. */
const DAYS_TO_CORRECT = 2;

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
  const restores = world.flips.length - x.flips.length;
  const participants = `${x.flips.reduce((sum, flip) => sum + flip.participants.length, 0)} participants of ${flips}`;
  return [
    verdict(1, flips, neverEarly(x)),
    verdict(2, `${mails}, ${flips}`, onlyLater(x)),
    verdict(3, participants, nobodyUninformed(x)),
    verdict(4, participants, enoughTime(x)),
    verdict(6, `${x.holds.length} holds, ${mails}, ${flips}`, holdWins(x)),
    verdict(7, mails, atMostOnce(x)),
    verdict(8, `${world.people.length} people, ${world.chats.length} chats`, nobodyForgotten(x)),
    verdict(10, mails, noFlood(x)),
    verdict(13, `${flips}, ${restores} restores`, reversible(x)),
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
  /** Absent for who was never enrolled. */
  readonly cohort: string | undefined;
  /** In order of time. */
  readonly mails: Mail[];
  /** By notice, when it is first known to have reached them: delivered, or seen in the app. */
  readonly proofs: Map<string, number>;
  waivedAt: number;
}
/** From when on it was certain, until it was released. */
interface Hold {
  readonly cohort: string;
  readonly setAt: number;
  readonly from: number;
  readonly to: number;
}
/** A cohort's end date was another one from then on. */
interface Move {
  readonly cohort: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
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
  /** Whom mail does not reach, and who was left out. */
  readonly untold: ReadonlySet<string>;
  readonly lastMail: number;
  readonly holds: readonly Hold[];
  readonly moves: readonly Move[];
  /** The cohort's end date as it stood; absent for a cohort that nobody knows. */
  readonly dateOf: (cohort: string | undefined, at: number) => string | undefined;
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
      cohort: person?.cohort,
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
  const changes = Map.groupBy(
    world.cohorts.toSorted((a, b) => a.at - b.at),
    ({ cohort }) => cohort,
  );
  return {
    world,
    plan,
    kills,
    unfinished,
    dossier,
    dossiers,
    flips: world.flips.filter(({ to }) => to === 'off'),
    untold: new Set([
      ...world.events.flatMap(({ userId, kind }) => (NOT_REACHED.has(kind) ? [userId] : [])),
      ...world.operators.flatMap(({ run, exit }) => (exit === 0 && /^exempt (\S+)/.exec(run)?.[1]) || []),
    ]),
    lastMail: world.mail.reduce((last, { at }) => Math.max(last, at), 0),
    holds: [...changes.values()].flatMap((items) => holdsIn(items, world.operators)),
    moves: [...changes.values()].flatMap(movesIn),
    dateOf(cohort, at) {
      const change = changes.get(cohort ?? '')?.findLast((item) => item.at <= at);
      return change?.endDate ?? plan.endDates.get(cohort ?? '');
    },
  };
}

function movesIn(items: readonly CohortChange[]): Move[] {
  return items.flatMap(({ cohort, at, endDate }, n) => {
    const from = items[n - 1]?.endDate;
    return from === undefined || from === endDate ? [] : [{ cohort, at, from, to: endDate }];
  });
}

/** A hold begins where it was set, or, if operators were told an earlier instant, there: they rely on what they are told. */
function holdsIn(items: readonly CohortChange[], commands: readonly Command[]): Hold[] {
  return items.flatMap(({ cohort, at, hold, certainFrom }, n): Hold[] => {
    if (!hold || items[n - 1]?.hold === true) return [];
    const to = items.slice(n).find((item) => !item.hold)?.at ?? Number.POSITIVE_INFINITY;
    const told = commands.filter((command) => command.at >= at && command.at < to).flatMap(certainties);
    const answered = told.filter((answer) => answer.cohort === cohort).map((answer) => answer.from);
    return [{ cohort, setAt: at, from: Math.min(certainFrom ?? at, ...answered), to }];
  });
}

/** What a hold has answered, where it was asked to answer as JSON. */
function certainties({ run, exit, stdout }: Command): { cohort: string; from: number }[] {
  if (exit !== 0 || !/^hold\b.*--json\b/.test(run)) return [];
  const { cohorts } = JSON.parse(stdout) as { cohorts: { cohort: string; certainFrom: string }[] };
  return cohorts.map(({ cohort, certainFrom }) => ({ cohort, from: instant(certainFrom) }));
}

/** Promise 1. The date that stood at the flip: the latest told by then, and no earlier than the cohort's. */
function* neverEarly({ flips, dossier, dateOf }: Evidence): Generator<string> {
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const date = endDateAt(person, at, dateOf);
      if (date !== undefined && at < endFor(person, date))
        yield `chat ${chatId} off at ${iso(at)}, but ${date} ends for ${person.userId} at ${iso(endFor(person, date))}`;
    }
}

/** Promise 2. Dates that were told only after the flip are judged here, those told before by promise 1. */
function* onlyLater(x: Evidence): Generator<string> {
  const { flips, dossier, dossiers, moves } = x;
  for (const { userId, cohort, mails } of dossiers.values()) {
    let latest = '';
    for (const { at, notice, endDate } of mails.filter(tellsDate)) {
      const stood = moves.findLast((move) => move.cohort === cohort && move.at + UNDER_WAY <= at)?.to;
      if (endDate < latest) yield `${userId} was told ${latest}, then ${endDate} by ${notice}`;
      else if (stood !== undefined && endDate < stood)
        yield `${userId} was told ${endDate} by ${notice} at ${iso(at)}, when it was ${stood}`;
      if (endDate > latest) latest = endDate;
    }
  }
  yield* movedRightly(x);
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const broken = person.mails.find(
        (mail) => tellsDate(mail) && mail.at > at && at < endFor(person, mail.endDate),
      )?.endDate;
      if (broken !== undefined)
        yield `chat ${chatId} off at ${iso(at)}, before ${broken}, which ${person.userId} was told`;
    }
}

/** A cohort's own date: never forward once it was told, nowhere once a chat was disabled by it, and corrected. */
function* movedRightly(x: Evidence): Generator<string> {
  const { moves, flips, dossiers } = x;
  for (const move of moves) {
    const { cohort, at, from, to } = move;
    const members = [...dossiers.values()].filter((person) => person.cohort === cohort);
    const moved = `cohort ${cohort} moved from ${from} to ${to} at ${iso(at)}`;
    if (to < from && members.some(({ mails }) => mails.some((mail) => mail.at <= at)))
      yield `${moved}, although it was told`;
    const first = flips.find((flip) => flip.cohort === cohort && flip.at <= at);
    if (first !== undefined) yield `${moved}, although chat ${first.chatId} had gone off at ${iso(first.at)}`;
    for (const person of members) yield* corrected(x, move, person);
  }
}

/** Whoever was told an earlier date hears of it in the next days, or once the cohort is not held any more. */
function* corrected(x: Evidence, move: Move, { userId, mails, mailZone }: Dossier): Generator<string> {
  const { holds, moves, unfinished, lastMail } = x;
  const { cohort, at, to } = move;
  const told = mails.findLast((mail) => mail.at <= at && tellsDate(mail))?.endDate;
  if (told === undefined || told >= to || x.untold.has(userId)) return;
  const inDays = (from: number) => startOfDay(addDays(localTime(from, mailZone).date, DAYS_TO_CORRECT + 1), mailZone);
  let by = inDays(at);
  for (const hold of holds.filter((each) => each.cohort === cohort).toSorted((a, b) => a.setAt - b.setAt))
    if (hold.setAt < by && hold.to > at) by = hold.to === Number.POSITIVE_INFINITY ? hold.to : inDays(hold.to);
  if (moves.some((next) => next.cohort === cohort && next.at > at && next.at < by)) return;
  if (unfinished && by > lastMail) return;
  if (by < Number.POSITIVE_INFINITY && !mails.some((mail) => mail.at > at && mail.at < by && mail.endDate >= to))
    yield `${userId} was told ${told}, and by ${iso(by)} not that it is ${to} since ${iso(at)}`;
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
function* enoughTime({ flips, dossier, plan, dateOf }: Evidence): Generator<string> {
  for (const { chatId, at, participants } of flips)
    for (const person of participants.map(dossier)) {
      const proofs = proofsBefore(person, at);
      const [first, latest, date] = [proofs[0], proofs.at(-1), endDateAt(person, at, dateOf)];
      if (person.waivedAt <= at || first === undefined || latest === undefined || date === undefined) continue;
      if (proofs.length < plan.requiredNotices) continue;
      const told = `chat ${chatId} off at ${iso(at)}, but to ${person.userId}`;
      if (at - first < plan.minimumNotice) yield `${told} the first notice came at ${iso(first)}, too late`;
      if (at - latest < plan.finalNotice) yield `${told} the latest came at ${iso(latest)}, too recently`;
      if (latest < startOfDay(addDays(date, -plan.finalWithinDays), person.mailZone))
        yield `${told} the latest about ${date} came at ${iso(latest)}, too long ago`;
    }
}

/** Promise 6. In scope is a person of a held cohort, and each chat in which one takes part. */
function* holdWins({ holds, world, flips, dossier }: Evidence): Generator<string> {
  const heldAt = (userId: string, at: number) => {
    const { cohort } = dossier(userId);
    return holds.find((hold) => hold.cohort === cohort && hold.from <= at && at < hold.to);
  };
  for (const { at, userId, notice } of world.mail) {
    const hold = heldAt(userId, at);
    if (hold !== undefined)
      yield `${userId} got ${notice} at ${iso(at)}, but ${hold.cohort} was held from ${iso(hold.from)}`;
  }
  for (const { at, chatId, participants } of flips) {
    const hold = participants.map((userId) => heldAt(userId, at)).find((each) => each !== undefined);
    if (hold !== undefined)
      yield `chat ${chatId} off at ${iso(at)}, but ${hold.cohort} was held from ${iso(hold.from)}`;
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
function* noFlood({ dossiers, plan, dateOf }: Evidence): Generator<string> {
  const { from, to } = plan.sendWindow;
  const daysLeft = new Map([...plan.stages.map(({ name, days }) => [name, days] as const), ['done', -1]]);
  for (const { userId, mails, mailZone, cohort } of dossiers.values()) {
    // Promise 8 asks why they were never enrolled; where they are nobody knows.
    if (dateOf(cohort, 0) === undefined) continue;
    const tellingOf = new Map<string, string>();
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
      const told = tellingOf.get(endDate);
      if (stageOf(notice) === 'moved' && tellingOf.size === 0) yield `${got}, but was told no other date`;
      if (stageOf(notice) === 'moved' && told !== undefined && told !== notice) yield `${got}, which ${told} had told`;
      tellingOf.set(endDate, told ?? notice);
      if (days === undefined) continue;
      if (days > (reached.get(endDate) ?? days)) yield `${got}, after a later stage`;
      reached.set(endDate, Math.min(days, reached.get(endDate) ?? days));
    }
  }
}

/** Promise 13. Whether the platform itself has encrypted a chat again is told by the reason why it still is. */
function* reversible({ world, plan }: Evidence): Generator<string> {
  const ends = new Map(world.chats.map(({ chatId, blocked }) => [chatId, blocked]));
  const flipsOf = Map.groupBy(
    world.flips.toSorted((a, b) => a.at - b.at),
    ({ chatId }) => chatId,
  );
  for (const [chatId, flips] of flipsOf) {
    const armings = new Set<string>();
    let off: Flip | undefined;
    for (const flip of flips) {
      if (flip.to === 'off') {
        if (flip.arming !== null && armings.has(flip.arming))
          yield `chat ${chatId} off again at ${iso(flip.at)} under the arming ${flip.arming}`;
        if (flip.arming !== null) armings.add(flip.arming);
        off = flip;
      } else if (off !== undefined && ends.get(chatId) !== 'encrypted-again') {
        if (flip.at > off.at + plan.restoreWindow)
          yield `chat ${chatId} restored at ${iso(flip.at)}, too long after it went off at ${iso(off.at)}`;
        for (const what of ['encryptedSince', 'version'] as const)
          if (flip[what] !== off[what])
            yield `chat ${chatId} restored at ${iso(flip.at)} with ${what} ${flip[what]}, not ${off[what]}`;
      }
    }
    const [last, reason] = [flips.at(-1), ends.get(chatId)];
    if (off === undefined || last === undefined || last.to === 'off' || reason === undefined) continue;
    const isArmedAnew = world.cohorts.some(
      ({ cohort, arming, at }) => cohort === off.cohort && at > last.at && arming !== null && !armings.has(arming),
    );
    if (!['restored', 'encrypted-again'].includes(reason) && !isArmedAnew)
      yield `chat ${chatId} was restored at ${iso(last.at)}, but is blocked as ${reason}`;
  }
}

/** The latest that they were told, and no earlier than their cohort's as it stood. */
function endDateAt({ mails, cohort }: Dossier, at: number, dateOf: Evidence['dateOf']): string | undefined {
  const told = mails.filter((mail) => mail.at <= at && tellsDate(mail)).map(({ endDate }) => endDate);
  return [...told, dateOf(cohort, at) ?? '']
    .filter((date) => date !== '')
    .toSorted()
    .at(-1);
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
