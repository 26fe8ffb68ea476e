/** What is written of a plan is its file again. */
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { parsePlan } from '../../functions/domain/plan-file.ts';
import { planInFile } from '../../functions/domain/plan-file-written.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { localDate } from '../../functions/domain/time.ts';
import { aPlan, PLAN } from './examples.ts';

const readAgain = (plan: Plan) => parsePlan(stringify(planInFile(plan)));

const { breakers } = PLAN.guardRails;

describe('a plan that is written', () => {
  it('says one day and two days', () => {
    const written = (days: number) => planInFile(aPlan({}, { moreTimeDays: days }));
    expect(written(1)).toMatchObject({ guardRails: { moreTime: '1 day' } });
    expect(written(2)).toMatchObject({ guardRails: { moreTime: '2 days' } });
  });

  it.each<[string, Plan]>([
    ['the example', PLAN],
    ['other dates', aPlan({ cohorts: PLAN.cohorts.map((one) => ({ ...one, endDate: localDate('2026-06-30') })) })],
    ['other breakers', aPlan({}, { breakers: { ...breakers, minimumSample: 77, bounces: 1.5, softBounces: 40 } })],
    [
      'other rails',
      aPlan(
        { approvals: 1, texts: { en: { 'first.lead': 'Read this.' } } },
        { soakHours: 48, waves: [0.5, 10, 100], headCountTolerance: 1.25, moreTimeDays: 7, disablePerSecond: 5 },
      ),
    ],
  ])('is read again as it was: %s', (_, plan) => expect(readAgain(plan)).toEqual({ plan }));
});
