/** A chat's people as the gate is asked about them, whoever of them is known. */
import { describe, expect, it } from 'vitest';

import { localDate } from '../../functions/domain/time.ts';
import { newCohort } from '../../functions/domain/wave.ts';
import { participantsOf } from '../../functions/usecases/participants.ts';
import { aMember, aProfile, END, PLAN } from '../domain/examples.ts';

const cohorts = PLAN.cohorts.map((each) => newCohort(each));
const late = 'eea~Europe/Berlin~2026-06-21';
const ana = aMember();
const ask = (participants: readonly string[], x: Partial<Parameters<typeof participantsOf>[1]> = {}) =>
  participantsOf({ participants }, { plan: PLAN, cohorts, members: new Map([['ana', ana]]), ...x });

describe('participants', () => {
  it('have the end date of their group, each in the chat’s order', () => {
    const ben = aMember({ userId: 'ben', group: late });
    const members = new Map([
      ['ana', ana],
      ['ben', ben],
    ]);
    expect(ask(['ben', 'ana'], { members })).toEqual([
      { userId: 'ben', member: ben, profile: undefined, endDate: localDate('2026-06-21') },
      { userId: 'ana', member: ana, profile: undefined, endDate: END },
    ]);
  });

  it('who are no members, or of a cohort that is gone, have no date', () => {
    expect(ask(['nobody'])).toEqual([{ userId: 'nobody', member: undefined, profile: undefined, endDate: undefined }]);
    expect(ask(['ana'], { cohorts: [] })[0]?.endDate).toBeUndefined();
  });

  it('have their profile, and who has none is known to have neither address nor zone', () => {
    const profiles = new Map([['ana', aProfile()]]);
    expect(ask(['ana', 'ben'], { profiles }).map(({ profile }) => profile)).toEqual([
      aProfile(),
      { userId: 'ben', email: null, locale: null, timeZone: null, country: null },
    ]);
  });
});
