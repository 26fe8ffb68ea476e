/**
 * Dates and instants. A local date is a day on somebody's calendar and means nothing without a zone; an instant
 * is a point in time and means nothing to a person. All arithmetic on either is here, and none of it reads a clock.
 *
 * The edges: a local day lasts from its first instant to the first instant whose local date is later, so 23 or 25
 * hours where clocks change, and no time at all where a zone skipped it (Pacific/Apia on 2011-12-30 starts and ends
 * when the 31st starts). A local hour that does not exist is the same reading counted from before the gap, so later;
 * one that occurs twice is the first.
 *
 * These run for every person at every decision. Zone rules cost a formatter's call each, so what they answered is
 * kept: it depends on nothing but its arguments, and every memory here has an end.
 */
import { Temporal } from 'temporal-polyfill';

import { MEMORY, remember } from './remember.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** `YYYY-MM-DD`, a day that exists. Made by `localDate` only; compares as text. */
export type LocalDate = string & { readonly localDate: unique symbol };

/** Milliseconds. */
export const MINUTE: number = 60_000;
export const HOUR: number = 60 * MINUTE;
/** Twenty-four hours; a local day may be longer or shorter. */
export const DAY: number = 24 * HOUR;

/** UTC-12, where every day ends last. Its sign is the wrong way round in the zone database, as in POSIX. */
export const LATEST_ZONE = 'Etc/GMT+12';
/** UTC+14, where every day begins first. */
export const EARLIEST_ZONE = 'Etc/GMT-14';

const EPOCH = Temporal.PlainDate.from('1970-01-01');
const dayNumbers = new Map<string, number>();
const dates = new Map<number, LocalDate>();

/** Days since 1970-01-01, or undefined for what is not a date between the years 1 and 9999. */
function dayNumber(text: string): number | undefined {
  const known = dayNumbers.get(text);
  if (known !== undefined) return known;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return undefined;
  try {
    return remember(dayNumbers, text, EPOCH.until(Temporal.PlainDate.from(text)).days);
  } catch {
    return undefined;
  }
}

function dayOf(date: LocalDate): number {
  const day = dayNumber(date);
  if (day === undefined) throw new RangeError(`"${date}" is not a date: give a day that exists as YYYY-MM-DD`);
  return day;
}

function dateOf(day: number): LocalDate {
  const known = dates.get(day);
  if (known !== undefined) return known;
  return remember(dates, day, localDate(EPOCH.add({ days: day }).toString()));
}

/** @throws RangeError for a day that does not exist, naming it. */
export function localDate(text: string): LocalDate {
  if (!isLocalDate(text)) throw new RangeError(`"${text}" is not a date: give a day that exists as YYYY-MM-DD`);
  return text;
}

export function isLocalDate(text: string): text is LocalDate {
  return dayNumber(text) !== undefined;
}

/** `days` may be negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOf(dayOf(date) + days);
}

/** Days from `from` to `to`; negative where `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayOf(to) - dayOf(from);
}

export function laterDate(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

/** The date itself if it is a Sunday. */
export function nextSunday(date: LocalDate): LocalDate {
  // 1970-01-01 was a Thursday: day 3 was a Sunday.
  const sinceSunday = (((dayOf(date) - 3) % 7) + 7) % 7;
  return sinceSunday === 0 ? date : addDays(date, 7 - sinceSunday);
}

const zones = new Map<string, boolean>();

/**
 * Whether it is a zone of the IANA database that this machine's rules know. Offsets such as `+02:00` are refused:
 * they know nothing of daylight saving, and whoever stored one did not mean "never".
 */
export function isZone(text: string | undefined | null): text is string {
  // Other people's input: nothing long is kept in memory.
  if (text === undefined || text === null || !/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false;
  const known = zones.get(text);
  if (known !== undefined) return known;
  try {
    EPOCH.toZonedDateTime(text);
    return remember(zones, text, true);
  } catch {
    return remember(zones, text, false);
  }
}

/** By zone, the offset of each day of UTC on which it does not change; null on a day on which it does. */
const offsets = new Map<string, Map<number, number | null>>();
let offsetsKept = 0;

function offsetFromRules(instant: Instant, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}

/** What a zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(instant: Instant, zone: string): number {
  let days = offsets.get(zone);
  if (days === undefined) {
    days = new Map();
    offsets.set(zone, days);
  }
  const day = Math.floor(instant / DAY);
  let offset = days.get(day);
  if (offset === undefined) {
    const before = offsetFromRules(day * DAY, zone);
    offset = before === offsetFromRules((day + 1) * DAY - 1, zone) ? before : null;
    if (++offsetsKept >= MEMORY) {
      offsets.clear();
      offsetsKept = 0;
    } else days.set(day, offset);
  }
  return offset ?? offsetFromRules(instant, zone);
}

export function localDateAt(instant: Instant, zone: string): LocalDate {
  return dateOf(Math.floor((instant + offsetAt(instant, zone)) / DAY));
}

/** 0 to 23. */
export function localHourAt(instant: Instant, zone: string): number {
  const local = instant + offsetAt(instant, zone);
  return Math.floor((local - Math.floor(local / DAY) * DAY) / HOUR);
}

const starts = new Map<string, Instant>();

/** The first instant of a local day; where the zone skipped the whole day, the first after it. */
export function startOfDay(date: LocalDate, zone: string): Instant {
  const key = `${date} ${zone}`;
  return (
    starts.get(key) ?? remember(starts, key, Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds)
  );
}

/** The end of a local day: the first instant whose local date is later. */
export function endInstant(date: LocalDate, zone: string): Instant {
  return startOfDay(addDays(date, 1), zone);
}

const hours = new Map<string, Instant>();

/**
 * A local hour, 0 to 23. In a gap the later reading (02:00 becomes 03:00, so nobody is mailed before the hour that
 * was promised), in a fold the earlier one. On a day that the zone skipped, the hour of the next day.
 */
export function localInstant(date: LocalDate, hour: number, zone: string): Instant {
  const key = `${date} ${hour} ${zone}`;
  const known = hours.get(key);
  if (known !== undefined) return known;
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
    throw new RangeError(`${hour} is not an hour: give a whole number from 0 to 23`);
  }
  const local = Temporal.PlainDate.from(date).toPlainDateTime({ hour });
  return remember(hours, key, local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds);
}

/** `2026-05-08T10:00:00.000Z`: always milliseconds, so that text sorts as time does. */
export function isoInstant(instant: Instant): string {
  const day = Math.floor(instant / DAY);
  const time = instant - day * DAY;
  const digits = (value: number, width: number): string => String(Math.floor(value)).padStart(width, '0');
  const clock = `${digits(time / HOUR, 2)}:${digits((time % HOUR) / MINUTE, 2)}:${digits((time % MINUTE) / 1000, 2)}`;
  return `${dateOf(day)}T${clock}.${digits(time % 1000, 3)}Z`;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an instant: date, time, and `Z` or an offset.
 * @throws RangeError for anything else, naming it.
 */
export function parseInstant(text: string): Instant {
  return instants.get(text) ?? remember(instants, text, readInstant(text));
}

const instants = new Map<string, Instant>();
function readInstant(text: string): Instant {
  if (INSTANT.test(text) && isLocalDate(text.slice(0, 10))) {
    try {
      return Temporal.Instant.from(text).epochMilliseconds;
    } catch {
      // An hour 25 or an offset +30:00: falls through to the one message.
    }
  }
  throw new RangeError(`"${text}" is not an instant: give date, time and Z, as in 2026-04-10T00:00:00Z`);
}
