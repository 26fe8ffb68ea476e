import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectiveEndDate,
  endDateIn,
  firstNotice,
  gateZone,
  groupFor,
  groupId,
  groupKey,
  laterGroup,
  pageId,
  pageParts,
  reviewAt,
  sealedFrom,
  zoneNow,
} from '../../functions/domain/group.ts';
import { due, ladder } from '../../functions/domain/notice.ts';
import {
  addDays,
  DAY,
  daysBetween,
  HOUR,
  LATEST_ZONE,
  localDate,
  localInstant,
  parseInstant,
} from '../../functions/domain/time.ts';
import { badZones, BERLIN, END, endDates, endOfDay, PLAN, wallClock, zones } from './examples.ts';

const cohort = { id: 'eea', endDate: END };
const anyZone = fc.oneof({ weight: 4, arbitrary: zones }, { weight: 1, arbitrary: badZones });
/** Instants before, in and after the ladder of an end date. */
const around = (date = END): fc.Arbitrary<number> =>
  fc.integer({ min: -60 * DAY, max: 30 * DAY }).map((offset) => localInstant(date, 0, 'UTC') + offset);
const found = fc
  .tuple(endDates, anyZone)
  .chain(([endDate, zone]) => fc.tuple(fc.constant({ id: 'eea', endDate }), fc.constant(zone), around(endDate)));

describe('who comes in time', () => {
  it('joins the cohort’s own group until a day before its first notice', () => {
    const sealed = sealedFrom(PLAN, END, BERLIN);
    expect(sealed).toBe(parseInstant('2026-04-13T10:00:00+02:00'));
    expect(groupFor(PLAN, cohort, BERLIN, sealed - 1).notBefore).toBeNull();
    expect(groupFor(PLAN, cohort, BERLIN, sealed).notBefore).not.toBeNull();
  });

  it('is mailed in the zone that they are in', () => {
    fc.assert(
      fc.property(zones, around(), (zone, now) => {
        expect(groupFor(PLAN, cohort, zone, now)).toMatchObject({ cohort: 'eea', zone, unknownZone: false });
      }),
    );
  });
});

describe('who comes late', () => {
  it('never finds a sealed group: whatever the instant, the group given still takes newcomers', () => {
    fc.assert(
      fc.property(found, ([one, zone, now]) => {
        const key = groupFor(PLAN, one, zone, now);
        expect(now).toBeLessThan(sealedFrom(PLAN, effectiveEndDate(one.endDate, key.notBefore), key.zone));
      }),
      { numRuns: 500 },
    );
  });

  it('always keeps the full ladder: the first notice is more than a day ahead and every rung is to come', () => {
    fc.assert(
      fc.property(found, ([one, zone, now]) => {
        const key = groupFor(PLAN, one, zone, now);
        const endDate = effectiveEndDate(one.endDate, key.notBefore);
        expect(firstNotice(PLAN, endDate, key.zone) - now).toBeGreaterThan(DAY);
        expect(due(PLAN, endDate, key.zone, now).notices).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('never ends before their cohort does', () => {
    fc.assert(
      fc.property(found, ([one, zone, now]) => {
        const { notBefore } = groupFor(PLAN, one, zone, now);
        if (notBefore !== null) expect(daysBetween(one.endDate, notBefore)).toBeGreaterThan(0);
      }),
    );
  });

  it('ends on a Sunday, and on the first that leaves the whole ladder', () => {
    fc.assert(
      fc.property(zones, around(), (zone, now) => {
        const { notBefore } = laterGroup(PLAN, { cohort: 'eea', zone, unknownZone: false }, now);
        expect(wallClock(localInstant(notBefore, 12, 'UTC'), 'UTC').weekday).toBe(7);
        expect(now).toBeLessThan(sealedFrom(PLAN, notBefore, zone));
        expect(now).toBeGreaterThanOrEqual(sealedFrom(PLAN, addDays(notBefore, -7), zone));
      }),
      { numRuns: 500 },
    );
  });

  it('shares a group with who came on the same day: a week’s latecomers are in at most two', () => {
    fc.assert(
      fc.property(
        zones,
        around(),
        fc.array(fc.nat(7 * DAY), { minLength: 1, maxLength: 20 }),
        (zone, from, offsets) => {
          const key = { cohort: 'eea', zone, unknownZone: false };
          expect(new Set(offsets.map((offset) => groupId(laterGroup(PLAN, key, from + offset)))).size).toBeLessThan(3);
        },
      ),
    );
  });

  it('has a group of their own even where the cohort’s date was moved behind it later', () => {
    const late = groupFor(PLAN, cohort, BERLIN, parseInstant('2026-04-20T00:00:00Z'));
    expect(late.notBefore).toBe('2026-05-31');
    expect(effectiveEndDate(localDate('2026-06-30'), late.notBefore)).toBe('2026-06-30');
    expect(groupId(late)).not.toBe(groupId({ ...late, notBefore: null }));
  });
});

describe('an unknown zone', () => {
  it('is mailed at the plan’s zone and gated at UTC-12 (promise 1)', () => {
    fc.assert(
      fc.property(badZones, around(), (zone, now) => {
        expect(groupFor(PLAN, cohort, zone, now)).toMatchObject({ zone: PLAN.timeZone, unknownZone: true });
        expect(gateZone(zone)).toBe(LATEST_ZONE);
      }),
    );
    expect(groupFor(PLAN, cohort, undefined, 0)).toMatchObject({ zone: PLAN.timeZone, unknownZone: true });
  });

  it('is a group apart from the people who really live in the plan’s zone', () => {
    const unknown = groupFor(PLAN, cohort, null, 0);
    expect(groupId(unknown)).not.toBe(groupId(groupFor(PLAN, cohort, PLAN.timeZone, 0)));
  });
});

describe('the effective end date', () => {
  it('is the later of the cohort’s and the latecomer’s', () => {
    fc.assert(
      fc.property(endDates, fc.option(endDates), (date, notBefore) => {
        expect(effectiveEndDate(date, notBefore)).toBe([date, notBefore ?? date].sort().at(-1));
      }),
    );
  });
});

describe('the first notice', () => {
  it('is the earliest rung of the ladder', () => {
    fc.assert(
      fc.property(endDates, zones, (date, zone) => {
        expect(firstNotice(PLAN, date, zone)).toBe(ladder(PLAN, date, zone)[0]?.at);
      }),
    );
  });

  it('precedes the minimum notice by the plan’s margin, in every zone (promise 4)', () => {
    fc.assert(
      fc.property(endDates, zones, (date, zone) => {
        const left = endOfDay(date, zone) - firstNotice(PLAN, date, zone);
        const { minimumNoticeDays, marginDays } = PLAN.guardRails;
        expect(left).toBeGreaterThanOrEqual((minimumNoticeDays + marginDays) * DAY - HOUR);
      }),
    );
  });

  it('is reviewed when who has no proof yet can no longer have the minimum notice', () => {
    fc.assert(
      fc.property(endDates, anyZone, (date, zone) => {
        const key = groupFor(PLAN, { id: 'eea', endDate: date }, zone, 0);
        expect(reviewAt(PLAN, date, key)).toBe(endOfDay(date, zone) - PLAN.guardRails.minimumNoticeDays * DAY);
        expect(reviewAt(PLAN, date, key)).toBeGreaterThan(firstNotice(PLAN, date, key.zone));
      }),
    );
  });
});

describe('a later group, to the instant', () => {
  const key = { cohort: 'eea', zone: BERLIN, unknownZone: false };
  const SUNDAY = localDate('2026-06-21');

  it('is that of the next Sunday whose first notice is more than a day off', () => {
    const sealed = sealedFrom(PLAN, SUNDAY, BERLIN);
    expect(laterGroup(PLAN, key, sealed - 1)).toEqual({ ...key, notBefore: SUNDAY });
    expect(laterGroup(PLAN, key, sealed)).toEqual({ ...key, notBefore: addDays(SUNDAY, 7) });
  });
});

describe('the end date of whoever is in a group now', () => {
  it('is the cohort’s, wherever that has moved, or the group’s own where that is later', () => {
    const later = groupId({ cohort: 'eea', zone: BERLIN, unknownZone: false, notBefore: localDate('2026-06-21') });
    const own = groupId({ cohort: 'eea', zone: BERLIN, unknownZone: false, notBefore: null });
    const ends = (group: string, endDate: string) => endDateIn(group, { endDate: localDate(endDate) }, PLAN);
    expect([ends(own, '2026-05-19'), ends(own, '2026-07-01')]).toEqual(['2026-05-19', '2026-07-01']);
    expect([ends(later, '2026-05-19'), ends(later, '2026-07-01')]).toEqual(['2026-06-21', '2026-07-01']);
  });
});

describe('where somebody is now', () => {
  it('is what the platform says, and their group’s zone where it says nothing', () => {
    expect(zoneNow({ timeZone: 'Asia/Tokyo' }, BERLIN)).toBe('Asia/Tokyo');
    expect(zoneNow({ timeZone: 'Mars/Base' }, BERLIN)).toBe(BERLIN);
    expect(zoneNow(undefined, BERLIN)).toBe(BERLIN);
  });
});

describe('ids', () => {
  it.each(['eea~Europe/Berlin~', 'eea~Europe/Berlin~~de', 'eea~Europe/Berlin~~de~1~2', ''])(
    'of pages are refused where a part is missing or too many: %j',
    (page) => expect(() => pageParts(page)).toThrow('expected cohort~zone~notBefore~language~number'),
  );

  it('are derived from the group and read back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,12}$/), anyZone, fc.option(endDates), (id, timeZone, notBefore) => {
        const key = { ...groupFor(PLAN, { id, endDate: END }, timeZone, 0), notBefore };
        expect(groupKey(groupId(key), PLAN)).toEqual(key);
      }),
    );
  });

  it('name two groups alike only where cohort, zone and notBefore are the same', () => {
    fc.assert(
      fc.property(found, found, ([a, zoneA, at], [b, zoneB, then]) => {
        const [one, other] = [groupFor(PLAN, a, zoneA, at), groupFor(PLAN, b, zoneB, then)];
        const same =
          one.unknownZone === other.unknownZone && one.zone === other.zone && one.notBefore === other.notBefore;
        expect(groupId(one) === groupId(other)).toBe(same);
      }),
    );
  });

  it('of a page carry group, language and number', () => {
    fc.assert(
      fc.property(found, fc.constantFrom('en', 'pt-BR'), fc.nat(10_000), ([one, zone, now], language, number) => {
        const group = groupId(groupFor(PLAN, one, zone, now));
        expect(pageParts(pageId(group, language, number))).toEqual({ group, language, number });
      }),
    );
  });

  it('of a page are refused where a part is missing', () => {
    expect(() => pageParts('eea~Europe/Berlin~~de')).toThrow('expected cohort~zone~notBefore~language~number');
  });
});
