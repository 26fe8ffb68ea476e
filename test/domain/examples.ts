/** What the tests of the rules begin from: the example plan, and people about whom nothing is remarkable. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type { Facts, Member, Profile, Told } from '../../functions/domain/member.ts';
import { parsePlan } from '../../functions/domain/plan-file.ts';
import type { GuardRails, Plan } from '../../functions/domain/plan.ts';
import { addDays, type Instant, type LocalDate, localDate, parseInstant } from '../../functions/domain/time.ts';

declare global {
  /** Set while mutants run (`test/mutation/before-tests.ts`). */
  var examplePlan: Plan | undefined;
}

function readPlan(): Plan {
  const parsed = parsePlan(readFileSync(new URL('../../examples/instagram-e2ee.yaml', import.meta.url), 'utf8'));
  if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));
  return parsed.plan;
}

export const PLAN: Plan = globalThis.examplePlan ?? readPlan();
/** Last day with the feature of the cohort `eea`, to which everybody here belongs unless they say otherwise. */
export const END: LocalDate = localDate('2026-05-19');
export const BERLIN = 'Europe/Berlin';
export const GROUP = `eea~${BERLIN}~`;
export const PAGE = `${GROUP}~de~1`;

export function aPlan(changes: Partial<Plan>, rails: Partial<GuardRails> = {}): Plan {
  return { ...PLAN, ...changes, guardRails: { ...PLAN.guardRails, ...rails } };
}

export const NO_FACTS: Facts = { delivered: new Map(), seen: new Map(), heard: new Set(), failed: new Map() };
export const NOTHING_TOLD: Told = { notices: [], lastDay: null, endDate: null };

/** Somebody in Berlin, enrolled before the ladder began, who was told nothing yet. */
export function aMember(
  changes: Partial<Omit<Member, 'facts' | 'told'>> & { facts?: Partial<Facts>; told?: Partial<Told> } = {},
): Member {
  return {
    userId: 'ana',
    cohort: 'eea',
    timeZone: BERLIN,
    group: GROUP,
    page: PAGE,
    formerPages: [],
    enrolledAt: parseInstant('2026-04-01T00:00:00Z'),
    exempt: false,
    leaving: null,
    moves: 0,
    chats: new Set(['chat-1']),
    chatRows: 1,
    joinedLate: new Set(),
    ...changes,
    facts: { ...NO_FACTS, ...changes.facts },
    told: { ...NOTHING_TOLD, ...changes.told },
  };
}

export function aProfile(changes: Partial<Profile> = {}): Profile {
  return { userId: 'ana', email: 'ana@example.com', locale: 'de-DE', timeZone: BERLIN, country: 'DE', ...changes };
}

/** Every zone that this machine knows, and the edges of the earth. */
export const ZONES: readonly string[] = [
  ...new Set([...Intl.supportedValuesOf('timeZone'), 'Pacific/Apia', 'Etc/GMT+12', 'Etc/GMT-14', 'UTC']),
];
export const zones: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ZONES) },
  { weight: 1, arbitrary: fc.constantFrom('Pacific/Apia', 'Etc/GMT+12', 'Etc/GMT-14', 'Pacific/Kiritimati') },
);
/** What platforms store where they do not know. */
export const badZones: fc.Arbitrary<string | null> = fc.constantFrom(null, '', 'Mars/Base', '+02:00', 'unknown');
/** Two years of end dates, with every change of clocks in them. */
export const endDates: fc.Arbitrary<LocalDate> = fc
  .integer({ min: 0, max: 730 })
  .map((days) => addDays(localDate('2026-03-01'), days));
export const hold = { who: 'ops@example.com', why: 'too many bounces', since: 0 };

/** A zone's wall clock by another road than the code under test. */
export function wallClock(instant: Instant, zone: string): { date: string; hour: number; weekday: number } {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return { date: local.toPlainDate().toString(), hour: local.hour, weekday: local.dayOfWeek };
}

/** The first instant after a local day, by another road; what is no zone counts as UTC-12 (promise 1). */
export function endOfDay(date: string, zone: string | null): Instant {
  const known = zone !== null && ZONES.includes(zone);
  const next = Temporal.PlainDate.from(date).add({ days: 1 });
  return next.toZonedDateTime(known ? zone : 'Etc/GMT+12').epochMilliseconds;
}
