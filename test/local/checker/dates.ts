/**
 * The checker's own arithmetic of time. Instants are milliseconds since 1970; dates are local calendar days, `2026-05-08`,
 * which sort as text; zones are IANA names. Every answer is kept: few days and zones are asked for again and again.
 */
import { Temporal } from 'temporal-polyfill';

/** Where a day is over last of all. */
export const LATEST_ZONE = '-12:00';

/** An ISO 8601 instant in milliseconds. Throws a RangeError for anything else. */
export const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
export const iso = (at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toString();

function remember<A, B, T>(ask: (a: A, b: B) => T): (a: A, b: B) => T {
  const answers = new Map<B, Map<A, T>>();
  return (a, b) => {
    const known = answers.get(b) ?? new Map<A, T>();
    answers.set(b, known);
    if (!known.has(a)) known.set(a, ask(a, b));
    return known.get(a) as T;
  };
}

export const addDays = remember((date: string, days: number) => Temporal.PlainDate.from(date).add({ days }).toString());

/** The first instant of a local day, also where clocks change at midnight. */
export const startOfDay = remember(
  (date: string, zone: string) => Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds,
);

const QUARTER_HOUR = 15 * 60_000;
/** Every offset in use is a multiple of a quarter of an hour: within one, date and hour stay the same. */
const atQuarterHour = remember((quarter: number, zone: string) => {
  const local = Temporal.Instant.fromEpochMilliseconds(quarter * QUARTER_HOUR).toZonedDateTimeISO(zone);
  return { date: local.toPlainDate().toString(), hour: local.hour };
});
export function localTime(at: number, zone: string): { readonly date: string; readonly hour: number } {
  return atQuarterHour(Math.floor(at / QUARTER_HOUR), zone);
}

/** Whether it names a place; a bare offset does not. */
export function isZone(zone: string | null): zone is string {
  if (zone === null || !/^[A-Za-z]/.test(zone)) return false;
  try {
    localTime(0, zone);
    return true;
  } catch {
    return false;
  }
}
