/**
 * The smallest campaign in which every function does all of its work: two cohorts, a short ladder, people with
 * everything that people have wrong, and operators who hold, release, waive, exempt, restore and arm anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, stringify } from 'yaml';

import { parseInstant } from '../../../functions/domain/time.ts';
import type { Audience } from '../../../bin/local/audience/read.ts';
import type { Habit } from '../../../bin/local/outside/people.ts';
import type { ScriptEntry } from '../../../bin/local/script.ts';
import { chat, user } from '../people.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/instagram-e2ee.yaml');
export const FROM = parseInstant('2026-04-01T00:00:00Z');
/** How far apart ticks are, in minutes of virtual time, while all is quiet. */
export const TICK_MINUTES = 360;

/** The example's letters in two of its languages, with a ladder of twelve days. Writes the file, answers its name. */
export function writePlan(folder: string): string {
  const example = parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, unknown> & {
    alternatives: { description: unknown }[];
  };
  const plan = {
    ...(mapOfLanguages(example) as typeof example),
    cohorts: [
      { id: 'first', match: { countries: ['NZ'] }, endDate: '2026-04-16' },
      { id: 'rest', match: { countries: ['*'] }, endDate: '2026-04-18' },
    ],
    stages: [
      { days: '12 days', required: true },
      { days: '6 days' },
      { days: '3 days' },
      { days: '1 day', required: true },
    ],
    guardRails: {
      minimumNotice: '8 days',
      margin: '3 days',
      closedFrom: '2026-04-08T00:00:00Z',
      waves: ['50 %', '100 %'],
      soak: '12 hours',
      restoreWindow: '36 hours',
      headCountTolerance: '20 %',
      moreTime: '3 days',
      // Three who bounce are enough for a hold that nobody has typed.
      breakers: { minimumSample: 3 },
    },
  };
  const file = join(folder, 'plan.yaml');
  writeFileSync(file, stringify(plan));
  return file;
}

function mapOfLanguages(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapOfLanguages);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return 'en' in value
    ? Object.fromEntries(entries.filter(([language]) => ['en', 'de'].includes(language)))
    : Object.fromEntries(entries.map(([key, each]) => [key, mapOfLanguages(each)]));
}

const simulator = (box: string, label: string) => `${box}+${label}@simulator.amazonses.com`;
const NZ = { locale: 'en-NZ', timeZone: 'Pacific/Auckland', country: 'NZ' };
const US = { locale: 'en-US', timeZone: 'America/New_York', country: 'US' };

const HABITS: Readonly<Record<string, Habit>> = {
  saved: { presses: { choice: 'saved', stage: 'd12' }, usesApp: true },
  stopped: { presses: { choice: 'stopped', stage: 'd12' }, usesApp: true },
  'more-time': { presses: { choice: 'more-time', stage: 'd6' }, usesApp: true },
  'bounces-1': { usesApp: true },
};

export const AUDIENCE: Audience = {
  users: [
    user('kiri', NZ),
    user('tane', NZ),
    user('aroha', NZ),
    user('ana'),
    user('ben'),
    user('cem', { locale: 'tr-TR' }),
    user('dora', US),
    user('nowhere', { timeZone: 'Mars/Olympus' }),
    user('silent', { email: null }),
    user('bounces-1', { email: simulator('bounce', '1') }),
    user('bounces-2', { email: simulator('bounce', '2') }),
    user('bounces-3', { email: simulator('bounce', '3') }),
    user('waived', { email: simulator('suppressionlist', 'waived') }),
    user('complains', { email: simulator('complaint', 'c') }),
    user('full', { email: simulator('success', 'full-f') }),
    user('saved'),
    user('stopped', US),
    user('more-time'),
    user('exempted'),
    user('late'),
    user('later', US),
    user('alone'),
  ],
  chats: [
    chat('nz-pair', ['kiri', 'tane']),
    chat('nz-trio', ['kiri', 'tane', 'aroha']),
    chat('nz-own', ['aroha']),
    chat('nz-back', ['aroha', 'kiri']),
    chat('across', ['tane', 'ana']),
    chat('pair', ['ana', 'ben']),
    chat('five', ['ana', 'ben', 'cem', 'dora', 'nowhere']),
    chat('own', ['dora']),
    chat('unsent', ['ben', 'silent']),
    chat('unread-1', ['ana', 'bounces-1']),
    chat('unread-2', ['ana', 'bounces-2', 'bounces-3']),
    chat('unread-3', ['dora', 'waived']),
    chat('angry', ['ben', 'complains']),
    chat('full', ['full', 'dora']),
    chat('saved', ['saved', 'ana']),
    chat('stopped', ['stopped', 'cem']),
    chat('more-time', ['more-time', 'cem']),
    chat('exempted', ['exempted', 'ben']),
    chat('begun-late', ['ben', 'late'], { encryptedSince: '2026-04-07T06:00:00Z' }),
    chat('begun-later', ['later', 'late'], { encryptedSince: '2026-04-07T12:00:00Z' }),
    chat('begun-too-late', ['dora', 'stopped'], { encryptedSince: '2026-04-10T12:00:00Z' }),
    chat('never', ['ana', 'alone'], { encryption: 'off' }),
  ],
  habits: (userId) => HABITS[userId] ?? { usesApp: false },
};

/** How each chat ends by what is known of its people: `off`, or the reason why not. */
export const ENDS: Readonly<Record<string, string>> = {
  'nz-pair': 'restored',
  'nz-trio': 'restored',
  'nz-own': 'restored',
  'nz-back': 'restored',
  across: 'off',
  pair: 'off',
  five: 'off',
  own: 'off',
  unsent: 'no-address',
  'unread-1': 'off',
  'unread-2': 'unreachable',
  'unread-3': 'off',
  angry: 'complained',
  full: 'off',
  saved: 'off',
  stopped: 'off',
  'more-time': 'off',
  exempted: 'exempt',
  'begun-late': 'off',
  'begun-later': 'off',
  'begun-too-late': 'joined-after-closing',
  never: 'off',
};

/** What the operators type. `$change` is the change that was proposed last. */
export function scriptFor(plan: string): ScriptEntry[] {
  const because = (why: string) => `--reason '${why}'`;
  const typed: [at: string, as: 'first-operator' | 'second-operator', run: string][] = [
    ['2026-04-01T00:00', 'first-operator', `plan diff ${plan}`],
    ['2026-04-01T00:00', 'first-operator', `plan apply ${plan} ${because('it was read')} --yes`],
    ['2026-04-01T00:10', 'first-operator', `plan activate ${because('it was approved')}`],
    ['2026-04-01T00:20', 'second-operator', 'changes --state open'],
    ['2026-04-01T00:20', 'second-operator', 'approve $change --yes'],
    ['2026-04-02T00:00', 'first-operator', 'test-send --to success@simulator.amazonses.com'],
    ['2026-04-02T00:00', 'first-operator', 'doctor'],
    ['2026-04-03T00:00', 'first-operator', `exempt exempted ${because('support asked for it')}`],
    ['2026-04-03T00:00', 'first-operator', `hold ${because('a rehearsal')} --json`],
    ['2026-04-03T00:30', 'second-operator', `release ${because('it was a rehearsal')} --yes --json`],
    // The breaker has held the rest for its bounces.
    ['2026-04-08T12:00', 'first-operator', 'status'],
    ['2026-04-08T12:00', 'first-operator', `release rest ${because('the addresses are known')} --yes --json`],
    ['2026-04-09T12:00', 'first-operator', `waive waived ${because('told by letter')}`],
    ['2026-04-09T12:10', 'second-operator', 'approve $change --yes'],
    ['2026-04-09T13:00', 'first-operator', `signal tane saved ${because('said to support')}`],
    ['2026-04-09T13:00', 'first-operator', 'person ana'],
    ['2026-04-09T13:00', 'first-operator', 'explain unread-1'],
    // Over its last stage: released, its date has to move.
    ['2026-04-16T00:00', 'first-operator', `hold rest ${because('support is overloaded')} --json`],
    ['2026-04-16T18:00', 'first-operator', `cohort arm first ${because('its notices were sent')}`],
    ['2026-04-16T18:10', 'second-operator', 'approve $change --yes'],
    ['2026-04-18T14:00', 'second-operator', `restore first ${because('the app shows empty chats')}`],
    ['2026-04-18T14:10', 'first-operator', 'approve $change --yes'],
    // Two ticks later: a restore that was cut off is over by then, and whoever is asked to release does not refuse.
    ['2026-04-19T06:30', 'first-operator', `release first ${because('it is mended')} --yes --json`],
    ['2026-04-19T06:30', 'first-operator', `cohort resume first ${because('it is mended')}`],
    ['2026-04-19T12:00', 'second-operator', `release rest ${because('support is staffed')} --yes --json`],
    ['2026-04-19T12:10', 'second-operator', `cohort pause rest ${because('we look once more')}`],
    ['2026-04-19T12:20', 'second-operator', `cohort resume rest ${because('we have looked')}`],
    ['2026-04-21T12:00', 'first-operator', `cohort reschedule rest --to 2026-04-24 ${because('a holiday')} --yes`],
    ['2026-04-25T06:00', 'first-operator', `cohort arm rest ${because('its notices were sent')}`],
    ['2026-04-25T06:10', 'second-operator', 'approve $change --yes'],
    ['2026-04-30T12:00', 'first-operator', 'blocked rest --json'],
    ['2026-04-30T12:00', 'first-operator', `redrive notify ${because('to see')}`],
    ['2026-04-30T12:00', 'first-operator', 'audit verify --json'],
  ];
  return typed.map(([at, as, run]) => ({ at: parseInstant(`${at}:00Z`), as, run }));
}
