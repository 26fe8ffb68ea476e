/** What a moved date does to a cohort's groups: to those that it moves, and to no others. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { groupKey, reviewAt } from '../../functions/domain/group.ts';
import { DAY, HOUR, type Instant, localDate, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import type { AgendaItem, Run } from '../../functions/ports.ts';
import { followDate, wasBegun } from '../../functions/usecases/follow-date.ts';
import { newRun } from '../../functions/usecases/open-run.ts';
import { END, GROUP, PLAN } from '../domain/examples.ts';
import { D14, D35, D35_AT, setCohort, startWorld, type TestWorld } from './world.ts';

const TO = localDate('2026-07-14');
const MOVED = `moved@${TO}`;
const NOW = D35_AT + 2 * HOUR;
let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: NOW });
  await setCohort(world, 'eea', { endDate: TO });
});
afterEach(() => world.tables.stop());

const SUNSET = { plan: PLAN, hash: 'hash-1', active: true, templates: {} };
const follow = async (of: TestWorld = world, now: Instant = NOW) =>
  followDate(of.plan, SUNSET, (await of.plan.cohort('eea'))!, { from: END, now });
const run = (notice: string, changes: Partial<Run> = {}, group = GROUP) =>
  world.plan.openRun({ ...newRun(SUNSET, { group, notice, now: D35_AT }), queued: 1, ...changes });
const agenda = async (of: (item: AgendaItem) => boolean) =>
  (await world.plan.due(NOW + 365 * DAY, 200)).filter(of).map(({ at, kind }) => [kind, at]);
const ofGroup = (group: string) => agenda(({ id }) => id.startsWith(group));
const corrections = async () => (await world.plan.runs()).filter(({ notice }) => notice === MOVED);

describe('a group whose date has moved', () => {
  beforeEach(() => world.plan.createGroup(GROUP));

  it('is looked at now, and reviewed before its new date', async () => {
    await follow();
    expect(await ofGroup(GROUP)).toEqual([
      ['group', NOW],
      ['review', reviewAt(PLAN, TO, groupKey(GROUP, PLAN))],
    ]);
  });

  it('is reviewed in a minute where that would have been before', async () => {
    const late = reviewAt(PLAN, TO, groupKey(GROUP, PLAN)) + DAY;
    await follow(world, late);
    expect(await agenda(({ kind }) => kind === 'review')).toEqual([['review', late + MINUTE]]);
  });

  it('that was told another date gets one correction, the next morning', async () => {
    await run(D35);
    await follow();
    expect(await corrections()).toMatchObject([
      { group: GROUP, state: 'open', lookAt: parseInstant('2026-04-15T10:00:00+02:00'), queued: 0, reopened: 0 },
    ]);
    expect(await agenda(({ kind }) => kind === 'run')).toEqual([['run', parseInstant('2026-04-15T10:00:00+02:00')]]);
  });

  it('gets it once, although the date is followed twice (promise 9)', async () => {
    await run(D35, { state: 'closed' });
    await follow();
    await follow();
    expect(await corrections()).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['was told nothing', async () => {}],
    ['was passed over', () => run(D35, { state: 'superseded' })],
    ['was told nothing before its run closed', () => run(D35, { state: 'closed', queued: 0 })],
    ['was told this date', () => run(`d35@${TO}`)],
    ['was told of the end only', () => run(`done@${END}`)],
  ])('that %s gets none', async (_, happens) => {
    await happens();
    await follow();
    expect(await corrections()).toEqual([]);
  });

  it('gets one where one of several notices has named another date', async () => {
    await run(`d35@${TO}`);
    await run(D14);
    await follow();
    expect(await corrections()).toHaveLength(1);
  });

  it('gets none for what another group was told', async () => {
    const other = 'eea~Europe/Paris~';
    await world.plan.createGroup(other);
    await run(D35, {}, other);
    await follow();
    expect((await corrections()).map(({ group }) => group)).toEqual([other]);
  });

  it('needs no other correction where somebody opens it at the same moment', async () => {
    await run(D35);
    const raced = {
      ...world,
      plan: {
        ...world.plan,
        openRun: async (...x: Parameters<typeof world.plan.openRun>) => {
          await world.plan.openRun(...x);
          return world.plan.openRun(...x);
        },
      },
    };
    await follow(raced);
    expect(await corrections()).toHaveLength(1);
  });

  it('is no success where its correction was not opened: whoever asked must ask again', async () => {
    await run(D35);
    const failing = { ...world, plan: { ...world.plan, openRun: async () => false } };
    await expect(follow(failing)).rejects.toThrow('a correction was not opened');
  });
});

describe('a group whose date has not moved', () => {
  it.each([
    ['because it is of another cohort', 'pilot~Europe/Berlin~'],
    ['because its people were given a later one', 'eea~Europe/Berlin~2026-09-06'],
    ['because its people were given the very one', `eea~Europe/Berlin~${TO}`],
  ])('%s, is left alone', async (_, group) => {
    await world.plan.createGroup(group);
    await run(D35, {}, group);
    await follow();
    expect(await ofGroup(group)).toEqual([]);
    expect(await corrections()).toEqual([]);
  });

  it('is another matter than one that was given a date in between: that one follows', async () => {
    const between = 'eea~Europe/Berlin~2026-06-21';
    await world.plan.createGroup(between);
    await follow();
    expect((await ofGroup(between)).map(([kind]) => kind)).toEqual(['group', 'review']);
  });
});

describe('sweeps', () => {
  // The first notice is due first where a day begins first, at UTC+14.
  const first = parseInstant('2026-06-09T10:00:00+14:00');
  const waves = parseInstant('2026-07-15T00:00:00-12:00');
  const sweeps = () => agenda(({ kind, id }) => kind === 'sweep' && id === 'extra');

  it('are made at once, before the new first notice, and when the new date is over everywhere', async () => {
    await follow();
    expect(await sweeps()).toEqual([NOW + MINUTE, first - 2 * DAY, first - DAY, waves].map((at) => ['sweep', at]));
  });

  it('are not made in the past, nor at this very instant', async () => {
    await follow(world, first - DAY);
    expect(await sweeps()).toEqual([first - DAY + MINUTE, waves].map((at) => ['sweep', at]));
  });
});

it.each<[Run['state'], number, boolean]>([
  ['open', 0, true],
  ['open', 3, true],
  ['closed', 0, false],
  ['closed', 3, true],
  ['superseded', 0, false],
  ['superseded', 3, false],
])('a run that is %s with %i pages queued was begun: %s', (state, queued, expected) => {
  expect(wasBegun({ ...newRun(SUNSET, { group: GROUP, notice: D35, now: NOW }), state, queued })).toBe(expected);
});
