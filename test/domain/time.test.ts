import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it, test } from 'vitest';
import {
  addDays,
  DAY,
  daysBetween,
  endInstant,
  HOUR,
  isLocalDate,
  isoInstant,
  isZone,
  LATEST_ZONE,
  laterDate,
  localDate,
  localDateAt,
  localHourAt,
  localInstant,
  MINUTE,
  nextSunday,
  parseInstant,
  startOfDay,
} from '../../functions/domain/time.ts';

const ZONES = [...Intl.supportedValuesOf('timeZone'), LATEST_ZONE, 'Etc/GMT-14', 'UTC'];
const zone = fc.constantFrom(...ZONES);
// From 1995 on no zone is further than UTC-12 or UTC+14; to 2037 the zone database lists each change.
const EPOCH = localDate('1970-01-01');
const date = fc
  .integer({ min: daysBetween(EPOCH, localDate('1995-01-02')), max: daysBetween(EPOCH, localDate('2037-12-30')) })
  .map((days) => addDays(EPOCH, days));
const campaign = fc.integer({ min: 0, max: 730 }).map((days) => addDays(localDate('2026-01-01'), days));
const hour = fc.integer({ min: 0, max: 23 });

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone by another road than the code under test: Intl's own formatter. */
function wallClock(instant: number, zoneName: string): { date: string; hour: number } {
  let formatter = formatters.get(zoneName);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA-u-hc-h23', {
      timeZone: zoneName,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
    });
    formatters.set(zoneName, formatter);
  }
  const parts = formatter.formatToParts(instant);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return { date: `${part('year')}-${part('month')}-${part('day')}`, hour: Number(part('hour')) };
}

/** The instants at which a zone's clocks change in a year. */
function changes(year: number, zoneName: string): number[] {
  const found: number[] = [];
  let at = Temporal.ZonedDateTime.from(`${year}-01-01T00:00[${zoneName}]`).getTimeZoneTransition('next');
  while (at !== null && at.year === year) {
    found.push(at.epochMilliseconds);
    at = at.getTimeZoneTransition('next');
  }
  return found;
}

/** Days of a year whose length in a zone is not twenty-four hours. */
function oddDays(year: number, zoneName: string): { date: ReturnType<typeof localDate>; length: number }[] {
  return Array.from({ length: 365 }, (_, index) => addDays(localDate(`${year}-01-01`), index))
    .map((day) => ({ date: day, length: endInstant(day, zoneName) - startOfDay(day, zoneName) }))
    .filter(({ length }) => length !== DAY);
}

describe('local dates', () => {
  it('refuses a date that does not exist and names it', () => {
    for (const text of [
      '2026-02-30',
      '2026-13-01',
      '2026-2-3',
      '0000-01-01',
      '2026-05-08T00:00',
      '',
      '+002026-05-08',
      'tomorrow',
    ]) {
      expect(isLocalDate(text), text).toBe(false);
      expect(() => localDate(text)).toThrow(`"${text}" is not a date`);
    }
    expect(isLocalDate('2028-02-29')).toBe(true);
  });

  it('counts days over month and leap year', () => {
    expect(addDays(localDate('2026-05-08'), -35)).toBe('2026-04-03');
    expect(addDays(localDate('2028-02-28'), 1)).toBe('2028-02-29');
    expect(daysBetween(localDate('2026-04-03'), localDate('2026-05-08'))).toBe(35);
    expect(laterDate(localDate('2026-05-08'), localDate('2026-05-07'))).toBe('2026-05-08');
  });

  it('adds and subtracts the same days', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -5000, max: 5000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
        expect(addDays(addDays(from, days), -days)).toBe(from);
        expect(addDays(from, days) > from).toBe(days > 0);
      }),
    );
  });

  it('rounds up to a Sunday, and leaves a Sunday alone', () => {
    expect(nextSunday(localDate('2026-05-08'))).toBe('2026-05-10');
    expect(nextSunday(localDate('2026-05-10'))).toBe('2026-05-10');
    expect(nextSunday(localDate('1969-12-29'))).toBe('1970-01-04');
    fc.assert(
      fc.property(date, (from) => {
        const sunday = nextSunday(from);
        expect(daysBetween(from, sunday)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(from, sunday)).toBeLessThan(7);
        expect(
          new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(startOfDay(sunday, 'UTC')),
        ).toBe('Sun');
      }),
    );
  });
});

describe('zones', () => {
  it('knows every zone of the database and refuses offsets, abbreviated nonsense and absence', () => {
    for (const name of ZONES) expect(isZone(name), name).toBe(true);
    for (const name of [
      '+02:00',
      '-0300',
      'UTC+2',
      'Europe/Atlantis',
      '',
      ' ',
      'a'.repeat(1000),
      '[Europe/Berlin]',
      undefined,
      null,
    ]) {
      expect(isZone(name), String(name)).toBe(false);
    }
  });
});

describe('days in zones', () => {
  it('ends a day where the next one that exists begins, in every zone', () => {
    fc.assert(
      fc.property(zone, date, (name, day) => {
        const end = endInstant(day, name);
        expect(end).toBe(startOfDay(addDays(day, 1), name));
        expect(localDateAt(end, name) > day).toBe(true);
        expect(localDateAt(end - 1, name) <= day).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('says what Intl says about date and hour at any instant', () => {
    const instant = fc.integer({
      min: parseInstant('1995-01-02T00:00:00Z'),
      max: parseInstant('2037-12-30T00:00:00Z'),
    });
    fc.assert(
      fc.property(zone, instant, (name, at) => {
        expect({ date: localDateAt(at, name), hour: localHourAt(at, name) }).toEqual(wallClock(at, name));
      }),
      { numRuns: 2000 },
    );
  });

  it('says what Intl says around each change of the clocks in every zone', () => {
    expect(ZONES.filter((name) => changes(2026, name).length > 0).length).toBeGreaterThan(100);
    for (const name of ZONES) {
      for (const change of changes(2026, name)) {
        for (let at = change - 26 * HOUR; at <= change + 26 * HOUR; at += 30 * MINUTE) {
          for (const instant of [at - 1, at]) {
            expect(
              { date: localDateAt(instant, name), hour: localHourAt(instant, name) },
              `${name} ${instant}`,
            ).toEqual(wallClock(instant, name));
          }
        }
      }
    }
  }, 30_000);

  it('has a short and a long day a year where clocks change, and they add up', () => {
    expect(oddDays(2026, 'Europe/Berlin')).toEqual([
      { date: '2026-03-29', length: 23 * HOUR },
      { date: '2026-10-25', length: 25 * HOUR },
    ]);
    expect(oddDays(2026, 'Australia/Lord_Howe').map(({ length }) => length / HOUR)).toEqual([24.5, 23.5]);
    expect(oddDays(2026, 'Asia/Kolkata')).toEqual([]);
  });

  it('starts a day at one where midnight is skipped', () => {
    expect(isoInstant(startOfDay(localDate('2026-09-06'), 'America/Santiago'))).toBe('2026-09-06T04:00:00.000Z');
    expect(localHourAt(startOfDay(localDate('2026-09-06'), 'America/Santiago'), 'America/Santiago')).toBe(1);
  });

  it('gives the day that Apia skipped no time at all', () => {
    const apia = 'Pacific/Apia';
    const [before, skipped, after] = ['2011-12-29', '2011-12-30', '2011-12-31'].map(localDate) as [
      ReturnType<typeof localDate>,
      ReturnType<typeof localDate>,
      ReturnType<typeof localDate>,
    ];
    expect(startOfDay(skipped, apia)).toBe(startOfDay(after, apia));
    expect(endInstant(skipped, apia)).toBe(endInstant(before, apia));
    expect(localDateAt(endInstant(before, apia), apia)).toBe(after);
    expect(localDateAt(endInstant(before, apia) - 1, apia)).toBe(before);
    expect(isoInstant(endInstant(before, apia))).toBe('2011-12-30T10:00:00.000Z');
    expect(localDateAt(localInstant(skipped, 10, apia), apia)).toBe(after);
  });

  it('never ends a later day before an earlier one', () => {
    fc.assert(
      fc.property(zone, date, fc.integer({ min: 1, max: 400 }), (name, day, days) => {
        expect(endInstant(addDays(day, days), name)).toBeGreaterThanOrEqual(endInstant(day, name));
        expect(startOfDay(addDays(day, days), name)).toBeGreaterThan(startOfDay(day, name) - 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends no day later than in the latest zone', () => {
    for (const name of ZONES) {
      for (const day of ['1995-06-01', '2011-12-29', '2026-03-29', '2026-05-08', '2026-10-25'].map(localDate)) {
        expect(endInstant(day, LATEST_ZONE), `${name} ${day}`).toBeGreaterThanOrEqual(endInstant(day, name));
      }
    }
    fc.assert(
      fc.property(zone, date, (name, day) => endInstant(day, LATEST_ZONE) >= endInstant(day, name)),
      { numRuns: 1000 },
    );
    // The twin: another zone at the date line would not do.
    expect(endInstant(localDate('2026-05-08'), 'Pacific/Kiritimati')).toBeLessThan(
      endInstant(localDate('2026-05-08'), 'Pacific/Pago_Pago'),
    );
  });
});

describe('local hours', () => {
  it('comes back as the same date and hour, or a later hour where that one is missing', () => {
    fc.assert(
      fc.property(zone, campaign, hour, (name, day, at) => {
        const instant = localInstant(day, at, name);
        const read = { date: localDateAt(instant, name), hour: localHourAt(instant, name) };
        if (read.date === day && read.hour === at) return;
        // In a gap: no instant of that day reads so, and what it became is later.
        expect(read.date > day || read.hour > at).toBe(true);
        for (let probe = startOfDay(day, name); probe < endInstant(day, name); probe += 15 * MINUTE) {
          expect(localHourAt(probe, name) === at && localDateAt(probe, name) === day).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the later reading in a gap and the earlier in a fold', () => {
    expect(isoInstant(localInstant(localDate('2026-03-29'), 2, 'Europe/Berlin'))).toBe('2026-03-29T01:00:00.000Z');
    expect(localHourAt(localInstant(localDate('2026-03-29'), 2, 'Europe/Berlin'), 'Europe/Berlin')).toBe(3);
    expect(isoInstant(localInstant(localDate('2026-10-25'), 2, 'Europe/Berlin'))).toBe('2026-10-25T00:00:00.000Z');
  });

  it('refuses an hour that no clock shows', () => {
    for (const wrong of [-1, 24, 9.5, Number.NaN]) {
      expect(() => localInstant(localDate('2026-05-08'), wrong, 'UTC')).toThrow('is not an hour');
    }
  });

  it('throws for a zone that does not exist rather than guess one', () => {
    expect(() => startOfDay(localDate('2026-05-08'), 'Europe/Atlantis')).toThrow();
    expect(() => localDateAt(0, 'Europe/Atlantis')).toThrow();
  });
});

describe('instants', () => {
  it('is written as the platform writes them and read back', () => {
    const instant = fc.integer({
      min: parseInstant('0001-01-02T00:00:00Z'),
      max: parseInstant('9999-12-30T00:00:00Z'),
    });
    fc.assert(
      fc.property(instant, (at) => {
        expect(isoInstant(at)).toBe(new Date(at).toISOString());
        expect(parseInstant(isoInstant(at))).toBe(at);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads offsets, and whole minutes', () => {
    expect(parseInstant('2026-04-10T02:00+02:00')).toBe(parseInstant('2026-04-10T00:00:00Z'));
  });

  it('refuses what has no zone, no time or no such hour, naming it', () => {
    for (const text of [
      '2026-04-10',
      '2026-04-10T00:00:00',
      '2026-02-30T00:00:00Z',
      '2026-04-10T25:00:00Z',
      '2026-04-10T00:00:00+30:00',
      'now',
      '',
    ]) {
      expect(() => parseInstant(text), text).toThrow(`"${text}" is not an instant`);
    }
  });

  it('keeps its answers when asked for more days than it remembers', () => {
    const before = localDateAt(parseInstant('2026-05-08T23:30:00Z'), 'Europe/Berlin');
    for (let day = 0; day < 1500; day++)
      for (const name of ['Europe/Berlin', 'Asia/Kolkata']) localDateAt(day * DAY, name);
    expect(localDateAt(parseInstant('2026-05-08T23:30:00Z'), 'Europe/Berlin')).toBe(before);
  });
});

describe('what others read as an instant or a zone', () => {
  it.each([
    '2026-04-10T00:00:00Z[Europe/Berlin]',
    '20260410T000000Z',
    '2026-04-10T00:00:00.123456789Z',
    '2026-04-10 00:00:00Z',
    '+002026-04-10T00:00:00Z',
  ])('is no instant here: %s', (text) => expect(() => parseInstant(text)).toThrow(`"${text}" is not an instant`));

  it.each(['20260410T0000Z', '2026-04-10T00:00Z', '2026-04-10T00:00[Europe/Berlin]'])('is no zone here: %s', (text) =>
    expect(isZone(text)).toBe(false),
  );
});
