/**
 * What operators are refused: each with its code, a sentence that names what was given and what is allowed, what to do,
 * and nothing changed but the memory of the request's key.
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';

import { ERRORS, type ErrorCode } from '../../../functions/contracts/operator-api.ts';
import { planHash } from '../../../functions/domain/plan-file.ts';
import { DAY, HOUR, type Instant, isoInstant, MINUTE, parseInstant } from '../../../functions/domain/time.ts';
import { newRun } from '../../../functions/usecases/open-run.ts';
import { GROUP, hold, PLAN } from '../../domain/examples.ts';
import { D1_AT, D35_AT, ENDED, officeOf, onPage, rowsOf, setCohort, startWorld, type TestWorld } from '../world.ts';
import { ANA, type Answered, type Asks, BEN, deskOf, ROLE } from './desk.ts';

const YAML = readFileSync(new URL('../../../examples/instagram-e2ee.yaml', import.meta.url), 'utf8');
const HASH = planHash(PLAN);
const why = { reason: 'support is overloaded' };
const NIGHT = D35_AT - 20 * DAY;

interface Scene {
  readonly world: TestWorld;
  readonly ana: Asks;
  readonly ben: Asks;
  readonly role: Asks;
  version(cohort: string): Promise<number>;
}
interface Case {
  readonly name: string;
  /** When it is asked for; the plan runs from twenty days before the first notice on. */
  readonly at?: Instant;
  readonly before?: (scene: Scene) => Promise<unknown>;
  readonly ask: (scene: Scene) => Promise<Answered>;
  readonly code: ErrorCode;
  /** What the sentence names. */
  readonly says: readonly RegExp[];
  readonly todo?: RegExp;
  readonly earliest?: string;
  readonly nearest?: string;
}

const told = async ({ world }: Scene, at = D35_AT, notice = 'd35@2026-05-19') => {
  await onPage(world, ['ana', 'ben']);
  const run = newRun({ hash: HASH }, { group: GROUP, notice, now: at });
  await world.plan.openRun({ ...run, state: 'closed', queued: 1, tally: { accepted: 2, skipped: {} } });
};
const counted = ({ world }: Scene, headCount: number) => world.plan.setTally('eea', { headCount, nominated: 0 });
const armed = ({ world }: Scene, more = {}) =>
  setCohort(world, 'eea', { arming: { id: 'eea@c9', headCount: 1000, at: D35_AT, by: ['a', 'b'] }, ...more });
const move = (scene: Scene, to: string, more: object = {}, cohort = 'eea') =>
  scene
    .version('eea')
    .then((version) => scene.ana.post(`/v1/cohorts/${cohort}/reschedule`, { to, version, ...why, ...more }));
const arming = async (scene: Scene, more: object = {}) => ({
  kind: 'arm',
  cohort: 'eea',
  headCount: 1000,
  version: await scene.version('eea'),
  ...why,
  ...more,
});
/** Proposed by the first operator. */
const proposed = async (scene: Scene) => {
  await counted(scene, 1000);
  return (await scene.ana.post('/v1/changes', await arming(scene))).body as {
    id: string;
    hash: string;
    version: number;
  };
};
const approveIt = async (scene: Scene, by: Asks, hash?: string) => {
  const { body } = await scene.ana.get('/v1/changes/c1');
  return by.post('/v1/changes/c1/approve', { hash: hash ?? body.hash });
};
const edited = (from: string, to: string) => YAML.replace(from, to);

const CASES: readonly Case[] = [
  // Who asks.
  {
    name: 'a role that would move a date',
    ask: (x) => x.role.post('/v1/cohorts/eea/reschedule', { to: '2026-06-02', version: 1, ...why }),
    code: 'not-a-person',
    says: [/role Deployment/],
    todo: /operatorRoles/,
  },
  {
    name: 'a role that would arm',
    ask: async (x) => x.role.post('/v1/changes', await arming(x)),
    code: 'not-a-person',
    says: [/takes a person/],
  },
  {
    name: 'a role that would approve',
    before: proposed,
    ask: (x) => approveIt(x, x.role),
    code: 'not-a-person',
    says: [/role Deployment/],
  },
  {
    name: 'a role that would exempt',
    before: told,
    ask: (x) => x.role.post('/v1/people/ana/exempt', why),
    code: 'not-a-person',
    says: [/role/],
  },
  // What is asked.
  { name: 'a path that is none', ask: (x) => x.ana.get('/v1/cohort'), code: 'no-such-route', says: [/GET/] },
  {
    name: 'a body that is no JSON',
    ask: (x) => x.ana.post('/v1/holds', 'hold it' as unknown as object),
    code: 'bad-request',
    says: [/not JSON/],
  },
  {
    name: 'a hold without a reason',
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eea' }),
    code: 'bad-request',
    says: [/reason/],
  },
  {
    name: 'a reason of one letter',
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eea', reason: 'x' }),
    code: 'bad-request',
    says: [/reason/],
  },
  { name: 'a date that is none', ask: (x) => move(x, '8 May'), code: 'bad-request', says: [/to:/] },
  {
    name: 'a day that does not exist',
    ask: (x) => move(x, '2026-02-30'),
    code: 'bad-request',
    says: [/2026-02-30/],
    todo: /exists/,
  },
  {
    name: 'a field too many',
    ask: (x) => move(x, '2026-06-02', { force: true }),
    code: 'bad-request',
    says: [/force/],
  },
  {
    name: 'a write without a key',
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eea', ...why }, ''),
    code: 'bad-request',
    says: [/idempotency-key/],
  },
  {
    name: 'a key that was used for another write',
    before: (x) => x.ana.post('/v1/holds', { cohort: 'pilot', ...why }, 'the-same-key'),
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eea', ...why }, 'the-same-key'),
    code: 'key-reused',
    says: [/another request/],
  },
  // Names.
  {
    name: 'an unknown cohort, with the nearest name',
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eeaa', ...why }),
    code: 'unknown-cohort',
    says: [/"eeaa"/, /pilot, rest, rest-first|eea/],
    todo: /Did you mean eea/,
    nearest: 'eea',
  },
  {
    name: 'an unknown cohort that is like none',
    ask: (x) => move(x, '2026-06-02', {}, 'antarctica'),
    code: 'unknown-cohort',
    says: [/"antarctica"/],
    todo: /Choose one/,
  },
  {
    name: 'an unknown change',
    ask: (x) => x.ben.post('/v1/changes/c77/approve', { hash: HASH }),
    code: 'unknown-change',
    says: [/c77/],
  },
  {
    name: 'somebody who is not enrolled',
    ask: (x) => x.ana.post('/v1/people/nobody/exempt', why),
    code: 'unknown-person',
    says: [/enrolled/],
  },
  {
    name: 'somebody unknown to be waived',
    ask: (x) => x.ana.post('/v1/changes', { kind: 'waive', person: 'nobody', ...why }),
    code: 'unknown-person',
    says: [/enrolled/],
  },
  {
    name: 'an unknown queue',
    ask: (x) => x.ana.post('/v1/queues/notfy/redrive', why),
    code: 'unknown-queue',
    says: [/"notfy"/],
    nearest: 'notify',
  },
  // Dates.
  {
    name: 'an earlier date after a notice',
    before: told,
    at: D35_AT + DAY,
    ask: (x) => move(x, '2026-05-18'),
    code: 'date-told',
    says: [/were told 2026-05-19/, /2026-05-18 is earlier/],
    todo: /2026-05-20/,
    earliest: '2026-05-20',
  },
  {
    name: 'an earlier date that was not told, without a hold',
    at: NIGHT,
    ask: (x) => move(x, '2026-05-12'),
    code: 'hold-not-certain',
    says: [/not held/],
    todo: /sunset hold eea/,
  },
  {
    name: 'an earlier date under a hold that is not certain',
    at: NIGHT,
    before: (x) => x.ana.post('/v1/holds', { cohort: 'eea', ...why }),
    ask: (x) => move(x, '2026-05-12'),
    code: 'hold-not-certain',
    says: [/not held for certain/],
  },
  {
    name: 'an end date inside the minimum notice',
    at: NIGHT,
    before: async ({ world }) => {
      await onPage(world, ['ana']);
      await setCohort(world, 'eea', { hold, permitUntil: 0 });
    },
    ask: (x) => move(x, '2026-04-20'),
    code: 'notice-too-short',
    says: [/2026-04-20/, /told in time/],
    todo: /2026-0[45]-\d\d/,
  },
  {
    name: 'a later date that still leaves no last notice',
    before: (x) => told(x),
    at: D1_AT + DAY,
    ask: (x) => move(x, '2026-05-20'),
    code: 'notice-too-short',
    says: [/2026-05-20/],
    earliest: '2026-05-21',
  },
  {
    name: 'a later date for people who were told nothing, too near for the whole ladder',
    at: D35_AT + 10 * DAY,
    before: ({ world }) => onPage(world, ['ana']),
    ask: (x) => move(x, '2026-05-22'),
    code: 'notice-too-short',
    says: [/2026-05-22/],
    todo: /earliest/,
  },
  {
    name: 'a date of another century, by a slip of the finger',
    before: told,
    at: D35_AT + DAY,
    ask: (x) => move(x, '2062-05-19'),
    code: 'date-too-far',
    says: [/2062-05-19 is more than 180 days after 2026-05-19/],
  },
  {
    name: 'a role that would release to a date of its own choice',
    before: (x) => x.ana.post('/v1/holds', { cohort: 'eea', ...why }),
    ask: (x) => x.role.post('/v1/releases', { cohort: 'eea', to: '2026-06-19', ...why }),
    code: 'not-a-person',
    says: [/another date than it needs, 2026-05-19/],
  },
  {
    name: 'a proof that an operator would give',
    before: told,
    ask: (x) => x.ana.post('/v1/people/ana/signals', { signal: 'seen', ...why }),
    code: 'bad-request',
    says: [/signal/],
  },
  { name: 'the date that it has', ask: (x) => move(x, '2026-05-19'), code: 'same-date', says: [/2026-05-19 already/] },
  {
    name: 'a move after the first wave',
    at: ENDED + DAY,
    before: (x) => armed(x, { firstWaveAt: ENDED, wave: 1 }),
    ask: (x) => move(x, '2026-07-01'),
    code: 'date-fixed',
    says: [/first wave has opened/],
  },
  {
    name: 'a move of what somebody else has changed',
    before: (x) => x.ben.post('/v1/holds', { cohort: 'eea', ...why }),
    ask: (x) => move(x, '2026-06-02', { version: 1 }),
    code: 'stale-version',
    says: [/version 1, it is 2/],
    todo: /Look again/,
  },
  {
    name: 'a release to a date that is too early',
    at: D1_AT + DAY,
    before: async (x) => {
      await told(x);
      await setCohort(x.world, 'eea', { hold: { ...hold, since: D1_AT - DAY } });
    },
    ask: (x) => x.ana.post('/v1/releases', { cohort: 'eea', to: '2026-05-20', ...why }),
    code: 'notice-too-short',
    says: [/2026-05-20/],
    earliest: '2026-05-21',
  },
  {
    name: 'a release of what is not held',
    ask: (x) => x.ana.post('/v1/releases', { cohort: 'eea', ...why }),
    code: 'not-held',
    says: [/eea is not held/],
  },
  {
    name: 'a release of all where none is held',
    ask: (x) => x.ana.post('/v1/releases', { cohort: null, ...why }),
    code: 'not-held',
    says: [/No cohort/],
  },
  {
    name: 'a release in the middle of a restore',
    before: async (x) => {
      await setCohort(x.world, 'eea', { hold });
      await x.world.ledger.saveRestore(
        {
          cohort: 'eea',
          change: 'c1',
          why: 'a test',
          startedAt: 1,
          cursor: null,
          restored: 0,
          late: 0,
          done: false,
        },
        undefined,
      );
    },
    ask: (x) => x.ana.post('/v1/releases', { cohort: 'eea', ...why }),
    code: 'restore-under-way',
    says: [/being restored/],
  },
  // Two people.
  {
    name: "one's own approval",
    before: proposed,
    ask: (x) => approveIt(x, x.ana),
    code: 'own-approval',
    says: [/your own/],
    todo: /second person/,
  },
  {
    name: "one's own approval, by another way in",
    before: proposed,
    ask: async (x) =>
      approveIt(x, deskOf(officeOf(x.world))('arn:aws:sts::000000000000:assumed-role/Operators/First-Operator')),
    code: 'own-approval',
    says: [/your own/],
  },
  {
    name: 'the approval of a content that has changed',
    before: async (x) => {
      const { version } = await proposed(x);
      await x.ana.put('/v1/changes/c1', { version, proposal: await arming(x, { headCount: 1010 }) });
    },
    ask: async (x) => approveIt(x, x.ben, HASH),
    code: 'content-changed',
    says: [/not what you have seen/],
    todo: /sunset changes c1/,
  },
  {
    name: 'an expired change',
    before: async (x) => {
      await proposed(x);
      x.world.clock.set(D35_AT + 24 * HOUR);
    },
    ask: (x) => approveIt(x, x.ben),
    code: 'change-expired',
    says: [/waited for a second person until 2026-04-15T08:00/],
    todo: /again/,
  },
  {
    name: 'a change that was rejected',
    before: async (x) => {
      await proposed(x);
      await x.ben.post('/v1/changes/c1/reject', why);
    },
    ask: (x) => approveIt(x, x.ben),
    code: 'change-ended',
    says: [/rejected by second-operator/],
  },
  {
    name: 'an edit of what somebody else has edited',
    before: async (x) => {
      const { version } = await proposed(x);
      await x.ben.put('/v1/changes/c1', { version, proposal: await arming(x, { reason: 'another reason' }) });
    },
    ask: async (x) => x.ana.put('/v1/changes/c1', { version: 1, proposal: await arming(x) }),
    code: 'stale-version',
    says: [/version 1, it is 2/],
  },
  {
    name: 'the approval by who has edited it',
    before: async (x) => {
      const { version } = await proposed(x);
      await x.ben.put('/v1/changes/c1', { version, proposal: await arming(x, { reason: 'another reason' }) });
    },
    ask: (x) => approveIt(x, x.ben),
    code: 'own-approval',
    says: [/or edits it/],
  },
  {
    name: 'the approval of an arming whose cohort has changed since',
    before: async (x) => {
      await proposed(x);
      await x.ana.post('/v1/holds', { cohort: 'eea', ...why });
    },
    ask: (x) => approveIt(x, x.ben),
    code: 'stale-version',
    says: [/version 1, it is 2/],
  },
  {
    name: 'the approval of an arming whose head-count has grown since',
    before: async (x) => {
      await proposed(x);
      await counted(x, 1100);
    },
    ask: (x) => approveIt(x, x.ben),
    code: 'stale-head-count',
    says: [/1,000/, /1,100/, /2 %/],
  },
  // Arming and waves.
  {
    name: 'arming with a stale head-count',
    before: (x) => counted(x, 1500),
    ask: async (x) => x.ana.post('/v1/changes', await arming(x)),
    code: 'stale-head-count',
    says: [/1,000/, /1,500/],
    todo: /sunset status/,
  },
  {
    name: 'arming before anything was counted',
    ask: async (x) => x.ana.post('/v1/changes', await arming(x)),
    code: 'no-head-count',
    says: [/No sweep/],
  },
  {
    name: 'arming what is armed',
    before: async (x) => {
      await counted(x, 1000);
      await armed(x);
    },
    ask: async (x) => x.ana.post('/v1/changes', await arming(x)),
    code: 'already-armed',
    says: [/armed already/],
    todo: /disarm/,
  },
  {
    name: 'disarming what is not armed',
    ask: async (x) => x.ana.post('/v1/cohorts/eea/disarm', { version: 1, ...why }),
    code: 'not-armed',
    says: [/not armed/],
  },
  {
    name: 'pausing twice',
    before: (x) => x.ana.post('/v1/cohorts/eea/pause', { version: 1, ...why }),
    ask: (x) => x.ben.post('/v1/cohorts/eea/pause', { version: 2, ...why }),
    code: 'already-paused',
    says: [/by first-operator/],
  },
  {
    name: 'resuming what is not paused',
    ask: (x) => x.ben.post('/v1/cohorts/eea/resume', { version: 1, ...why }),
    code: 'not-paused',
    says: [/not paused/],
  },
  {
    name: 'advancing a cohort whose first wave has not opened',
    before: (x) => armed(x),
    ask: async (x) => x.ana.post('/v1/changes', { kind: 'advance', cohort: 'eea', version: 1, ...why }),
    code: 'soak-over',
    says: [/has not opened/],
  },
  {
    name: 'advancing beyond the last wave',
    before: (x) => armed(x, { wave: 2 }),
    ask: async (x) => x.ana.post('/v1/changes', { kind: 'advance', cohort: 'eea', version: 1, ...why }),
    code: 'no-wave-left',
    says: [/last wave/],
  },
  {
    name: 'advancing what is not armed',
    ask: async (x) => x.ana.post('/v1/changes', { kind: 'advance', cohort: 'eea', version: 1, ...why }),
    code: 'not-armed',
    says: [/not armed/],
  },
  // Restoring, waiving, leaving out.
  {
    name: 'a restore after the window',
    at: ENDED + 72 * HOUR - 4 * MINUTE,
    before: (x) => armed(x, { lastFlipAt: ENDED, wave: 1 }),
    ask: (x) => x.ana.post('/v1/changes', { kind: 'restore', cohort: 'eea', version: 1, ...why }),
    code: 'restore-window-over',
    says: [new RegExp(isoInstant(ENDED)), /72 hours/],
  },
  {
    name: 'a restore where nothing was disabled',
    ask: (x) => x.ana.post('/v1/changes', { kind: 'restore', cohort: 'eea', version: 1, ...why }),
    code: 'nothing-to-restore',
    says: [/No chat of cohort eea/],
  },
  {
    name: 'a waiver for who was told',
    before: async (x) => {
      await told(x);
      await x.world.ledger.addFacts('ana', [
        { kind: 'delivered', notice: 'd35@2026-05-19', at: D35_AT },
        { kind: 'delivered', notice: 'd14@2026-05-19', at: D35_AT },
      ]);
    },
    ask: (x) => x.ana.post('/v1/changes', { kind: 'waive', person: 'ana', ...why }),
    code: 'needs-no-waiver',
    says: [/2 notices/],
  },
  {
    name: 'a second waiver',
    before: async (x) => {
      await told(x);
      await x.world.ledger.addFacts('ana', [{ kind: 'waived', at: D35_AT }]);
    },
    ask: (x) => x.ana.post('/v1/changes', { kind: 'waive', person: 'ana', ...why }),
    code: 'already-waived',
    says: [/waived already/],
  },
  {
    name: 'a second exemption',
    before: async (x) => {
      await told(x);
      await x.ana.post('/v1/people/ana/exempt', why);
    },
    ask: (x) => x.ana.post('/v1/people/ana/exempt', why),
    code: 'already-exempt',
    says: [/exempt already/],
  },
  {
    name: 'the end of an exemption that is none',
    before: told,
    ask: (x) => x.ana.post('/v1/changes', { kind: 'end-exemption', person: 'ana', ...why }),
    code: 'not-exempt',
    says: [/not exempt/],
  },
  {
    name: 'more time after the end',
    before: told,
    at: ENDED,
    ask: (x) => x.ana.post('/v1/people/ana/signals', { signal: 'more-time', ...why }),
    code: 'signal-refused',
    says: [/more-time/, /over/],
  },
  // Plans.
  {
    name: 'a plan that is none',
    ask: (x) => x.ana.put('/v1/plan', { yaml: 'sunset: x', base: HASH, ...why }),
    code: 'plan-refused',
    says: [/./],
  },
  {
    name: 'a plan of another sunset',
    ask: (x) =>
      x.ana.put('/v1/plan', { yaml: edited('sunset: instagram-e2ee', 'sunset: another-one'), base: HASH, ...why }),
    code: 'plan-refused',
    says: [/another-one/, /instagram-e2ee/],
  },
  {
    name: 'a plan compared with one that is gone',
    ask: (x) => x.ana.put('/v1/plan', { yaml: YAML, base: null, ...why }),
    code: 'stale-plan',
    says: [/none/],
    todo: /plan diff/,
  },
  {
    name: 'a running cohort that is split',
    ask: (x) =>
      x.ana.put('/v1/plan', {
        yaml: edited('percentage: 20 %', 'percentage: 30 %').replace('percentage: 80 %', 'percentage: 70 %'),
        base: HASH,
        ...why,
      }),
    code: 'running-cohort',
    says: [/rest-first|cohort/],
  },
  {
    name: 'another send hour while the plan runs',
    ask: (x) => x.ana.put('/v1/plan', { yaml: edited('sendHour: 10', 'sendHour: 11'), base: HASH, ...why }),
    code: 'running-cohort',
    says: [/10:00/, /11:00/],
  },
  {
    name: 'an earlier date in the file',
    before: told,
    at: D35_AT + DAY,
    ask: (x) =>
      x.ana.put('/v1/plan', {
        yaml: edited('endDate: 2026-05-26', 'endDate: 2026-05-25').replace(
          'endDate: 2026-05-19',
          'endDate: 2026-05-18',
        ),
        base: HASH,
        ...why,
      }),
    code: 'date-told',
    says: [/2026-05-18/],
  },
  {
    name: 'activating what is active',
    ask: (x) => x.ana.post('/v1/changes', { kind: 'activate', hash: HASH, ...why }),
    code: 'already-active',
    says: [/active already/],
  },
  {
    name: 'anything before a plan is active',
    before: async ({ world }) => world.plan.putSunset({ ...(await world.plan.sunset())!, active: false }),
    ask: (x) => x.ana.post('/v1/holds', { cohort: 'eea', ...why }),
    code: 'not-active',
    says: [/not active yet/],
  },
  {
    name: 'activating another plan than the one that is there',
    before: async ({ world }) => world.plan.putSunset({ ...(await world.plan.sunset())!, active: false }),
    ask: (x) => x.ana.post('/v1/changes', { kind: 'activate', hash: '0'.repeat(64), ...why }),
    code: 'stale-plan',
    says: [new RegExp(HASH)],
  },
  {
    name: 'activating a plan whose dates are too near',
    at: parseInstant('2026-05-01T00:00:00Z'),
    before: async ({ world }) => world.plan.putSunset({ ...(await world.plan.sunset())!, active: false }),
    ask: (x) => x.ana.post('/v1/changes', { kind: 'activate', hash: HASH, ...why }),
    code: 'notice-too-short',
    says: [/2026-05-08/],
  },
];

let world: TestWorld | undefined;
afterEach(() => world?.tables.stop());

async function sceneAt(at: Instant): Promise<Scene> {
  const begun = (world = await startWorld({ at }));
  await begun.plan.putSunset({ ...(await begun.plan.sunset())!, hash: HASH });
  const desk = deskOf(officeOf(begun));
  const version = async (id: string) => (await begun.plan.cohort(id))?.version ?? 0;
  return { world: begun, ana: desk(ANA), ben: desk(BEN), role: desk(ROLE), version };
}

/** Every row of ours, but for keys of requests, which are remembered either way. */
const rows = async ({ world: of }: Scene) =>
  [...(await rowsOf(of, of.tables.plan)), ...(await rowsOf(of, of.tables.ledger))].filter(
    ({ pk }) => !String(pk).startsWith('REQUEST#') && pk !== 'AUDIT-COPIES',
  );

describe('an operator is refused', () => {
  it('in at least fifty ways, among them every code that a rule has', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(50);
    const elsewhere: readonly string[] = ['no-plan', 'unknown-chat', 'letter-refused', 'failed'];
    const codes = new Set<string>(CASES.map(({ code }) => code));
    expect(Object.keys(ERRORS).filter((code) => !codes.has(code) && !elsewhere.includes(code))).toEqual([]);
  });

  it.each(CASES)('$name', async ({ at = D35_AT, before, ask, code, says, todo = /./, earliest, nearest }) => {
    const scene = await sceneAt(at);
    await before?.(scene);
    const was = await rows(scene);
    const { status, body } = await ask(scene);
    expect(body).toMatchObject({
      code,
      ...(earliest === undefined ? {} : { earliest }),
      ...(nearest === undefined ? {} : { nearest }),
    });
    expect(status).toBe(ERRORS[code]);
    for (const each of says) expect(body.sentence).toMatch(each);
    expect(body.todo).toMatch(todo);
    expect(JSON.stringify(body)).not.toMatch(/@example\.|undefined|NaN/);
    expect(await rows(scene)).toEqual(was);
  });
});
