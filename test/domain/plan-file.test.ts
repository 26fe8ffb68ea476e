import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isMap, parseDocument } from 'yaml';
import { cohortOf } from '../../functions/domain/cohort.ts';
import type { PlanError } from '../../functions/domain/plan-file-values.ts';
import { LANGUAGES } from '../../functions/domain/language.ts';
import { checkReachable, parsePlan, planHash } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import {
  addDays,
  DAY,
  isoInstant,
  localDate,
  localInstant,
  MINUTE,
  parseInstant,
} from '../../functions/domain/time.ts';
import { checkTexts } from '../../functions/mail/catalogue.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const EXAMPLE = read('examples/instagram-e2ee.yaml');
const BLOCKS = [...read('docs/plan.md').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block ?? '');
const MINIMAL = BLOCKS[0] ?? '';
const ALL_DEFAULTS = BLOCKS.at(-1) ?? '';

/** The minimal plan with other top-level keys, each given as its YAML; null takes a key away. */
function planWith(changes: Readonly<Record<string, string | null>>): string {
  const document = parseDocument(MINIMAL, { schema: 'failsafe' });
  for (const [key, text] of Object.entries(changes)) {
    if (text === null) document.delete(key);
    else document.set(document.createNode(key), parseDocument(text, { schema: 'failsafe' }).contents);
  }
  return document.toString({ lineWidth: 0 });
}

/** A block of the reference, laid over the minimal plan. */
function completed(block: string): string {
  const { contents } = parseDocument(block, { schema: 'failsafe' });
  if (!isMap(contents)) throw new Error('expected a map');
  return planWith(
    Object.fromEntries(
      contents.items.map(({ key, value }) => [String(key), String(parseDocument(`x: 1`).createNode(value))]),
    ),
  );
}

function planOf(yaml: string): Plan {
  const parsed = parsePlan(yaml);
  if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));
  return parsed.plan;
}

function errorsOf(yaml: string): readonly PlanError[] {
  const parsed = parsePlan(yaml);
  return 'errors' in parsed ? parsed.errors : [];
}

const cohorts = (...each: string[]): string => `[${each.join(', ')}]`;
const cohort = (id: string, countries: string, percentage = '100 %', endDate = '2026-05-08'): string =>
  `{ id: ${id}, match: { countries: ${countries}, percentage: ${percentage} }, endDate: ${endDate} }`;
const rails = (changes: string, closedFrom = '2026-04-10T00:00:00Z'): string =>
  `{ closedFrom: ${closedFrom}, ${changes} }`;
const stages = (...each: string[]): string => `[${each.map((one) => `{ ${one} }`).join(', ')}]`;

/** What is changed in the minimal plan; where the error must be; what it must say was given; and what is allowed. */
type Refusal = readonly [
  name: string,
  changes: Readonly<Record<string, string | null>>,
  path: string,
  given: string,
  allowed: string,
];
const REFUSALS: readonly Refusal[] = [
  ['a missing fate of the data', { dataFate: null }, 'dataFate', 'nothing', 'dataFate is needed'],
  ['an empty fate of the data', { dataFate: '""' }, 'dataFate', 'nothing', 'a text that people are to read'],
  ['a missing export text', { exportInstructions: null }, 'exportInstructions', 'nothing', 'where in the app'],
  [
    'a link in the export text',
    { exportInstructions: 'Go to https://example.com/export' },
    'exportInstructions',
    'https://example.com/export',
    'text without links',
  ],
  [
    'a link without http',
    { exportInstructions: 'Go to www.example.com now' },
    'exportInstructions',
    'www.example.com',
    'text without links',
  ],
  [
    'a bare address with a path',
    { exportInstructions: 'Go to example.com/export' },
    'exportInstructions',
    'example.com/export',
    'text without links',
  ],
  ['a missing way to see what is genuine', { authenticity: null }, 'authenticity', 'nothing', 'authenticity is needed'],
  ['an empty way to see it', { authenticity: '""' }, 'authenticity', 'nothing', 'a text that people are to read'],
  [
    'a link among the ways to see it',
    { authenticity: '{ en: See our app, de: Siehe https://example.com/echt }' },
    'authenticity.de',
    'https://example.com/echt',
    'text without links',
  ],
  ['a template mark in a text', { reason: '"because {{name}}"' }, 'reason', 'a brace', 'text without template marks'],
  ['a brace that opens nothing', { reason: '"because {name"' }, 'reason', 'a brace', 'text without template marks'],
  ['a brace that closes nothing', { reason: 'because name}' }, 'reason', 'a brace', 'text without template marks'],
  [
    'a placeholder of ours in a text',
    { reason: "'until {endDate}'" },
    'reason',
    'a brace',
    'text without template marks',
  ],
  ['a backslash', { reason: 'because\\of' }, 'reason', 'a backslash', 'text without template marks'],
  [
    'a sign that turns the direction of writing',
    { reason: '"because \\u202egnihton"' },
    'reason',
    'a sign that cannot be seen',
    'no signs that turn the direction of writing',
  ],
  [
    'half of a sign',
    { feature: '{ en: Chats, de: "Chats \\ud800" }' },
    'feature.de',
    'a sign that cannot be seen',
    'printable text',
  ],
  ['a text without English', { feature: '{ de: Chats }' }, 'feature', 'a map of de', 'languages with en'],
  [
    'a language that is none',
    { feature: '{ en: Chats, "por brasil": Chats }' },
    'feature.por brasil',
    'por brasil',
    'a language of the mail: en, ar, de,',
  ],
  [
    'a language that the mail does not have',
    { feature: '{ en: Chats, nl: Chats }' },
    'feature.nl',
    '"nl"',
    'a language of the mail: en, ar, de,',
  ],
  ['a language without its region', { reason: '{ en: A, pt: B }' }, 'reason.pt', '"pt"', 'did you mean "pt-BR"?'],
  ['a language of another region', { reason: '{ en: A, pt-PT: B }' }, 'reason.pt-PT', '"pt-PT"', 'mean "pt-BR"?'],
  ['a language by its old name', { reason: '{ en: A, in: B }' }, 'reason.in', '"in"', 'did you mean "id"?'],
  ['a language with a region', { reason: '{ en: A, de-AT: B }' }, 'reason.de-AT', '"de-AT"', 'did you mean "de"?'],
  [
    'a language tag in the wrong case',
    { feature: '{ en: Chats, pt-br: Chats }' },
    'feature.pt-br',
    'pt-br',
    'did you mean "pt-BR"?',
  ],
  ['a text that is too long', { reason: 'x'.repeat(2001) }, 'reason', '2001 characters', 'up to 2000 characters'],
  ['an unknown key', { sendhours: '10' }, 'sendhours', 'the unknown key "sendhours"', 'did you mean "sendHour"?'],
  [
    'an unknown key among the guard rails',
    { guardRails: rails('minimumNoticeDays: 30') },
    'guardRails.minimumNoticeDays',
    'minimumNoticeDays',
    'did you mean "minimumNotice"?',
  ],
  [
    'an unknown key in a cohort',
    { cohorts: "[{ id: a, match: { countries: '*' }, end: 2026-05-08 }]" },
    'cohorts[0].end',
    'the unknown key "end"',
    'did you mean "endDate"?',
  ],
  ['a sunset’s name with capitals', { sunset: 'Chats' }, 'sunset', '"Chats"', 'a to z'],
  [
    'a date that does not exist',
    { cohorts: cohorts(cohort('a', "'*'", '100 %', '2026-02-30')) },
    'cohorts[0].endDate',
    '"2026-02-30"',
    'a day that exists',
  ],
  [
    'a date written otherwise',
    { cohorts: cohorts(cohort('a', "'*'", '100 %', '8.5.2026')) },
    'cohorts[0].endDate',
    '"8.5.2026"',
    'YYYY-MM-DD',
  ],
  [
    'a cohort without an end date',
    { cohorts: "[{ id: a, match: { countries: '*' } }]" },
    'cohorts[0].endDate',
    'nothing',
    'endDate is needed',
  ],
  [
    'a cohort id with a tilde',
    { cohorts: cohorts(cohort('a~b', "'*'")) },
    'cohorts[0].id',
    '"a~b"',
    'a to z, 0 to 9 and -',
  ],
  [
    'two cohorts of one id',
    { cohorts: cohorts(cohort('a', '[NZ]'), cohort('a', "'*'")) },
    'cohorts[1].id',
    '"a"',
    'cohorts[0] has this one',
  ],
  ['no cohort for everybody else', { cohorts: cohorts(cohort('a', '[NZ]')) }, 'cohorts', 'a', 'countries "*"'],
  ['no cohort at all', { cohorts: '[]' }, 'cohorts', 'an empty list', '1 to 100 cohorts'],
  [
    'a country in two sets',
    { cohorts: cohorts(cohort('a', '[NZ, AU]'), cohort('b', '[AU]'), cohort('c', "'*'")) },
    'cohorts[1].match.countries',
    '"AU"',
    'cohorts[0] names it',
  ],
  [
    'a country twice in a list',
    { cohorts: cohorts(cohort('a', '[NZ, NZ]'), cohort('c', "'*'")) },
    'cohorts[0].match.countries',
    '"NZ" twice',
    'each country once',
  ],
  [
    'a star among countries',
    { cohorts: cohorts(cohort('a', "[NZ, '*']")) },
    'cohorts[0].match.countries',
    '"*" among 2',
    '"*" alone',
  ],
  [
    'shares that leave people out',
    { cohorts: cohorts(cohort('a', "'*'", '20 %'), cohort('b', "'*'", '70 %')) },
    'cohorts[1].match.percentage',
    '90 % in all',
    'add up to 100 %',
  ],
  [
    'shares that overlap',
    { cohorts: cohorts(cohort('a', '[NZ, AU]', '60 %'), cohort('b', '[AU, NZ]', '60 %'), cohort('c', "'*'")) },
    'cohorts[1].match.percentage',
    '120 % in all',
    'add up to 100 %',
  ],
  [
    'a percentage without its sign',
    { cohorts: cohorts(cohort('a', "'*'", '100')) },
    'cohorts[0].match.percentage',
    '"100"',
    'with its sign',
  ],
  [
    'a country that is none',
    { cohorts: cohorts(cohort('a', '[QQ]'), cohort('b', "'*'")) },
    'cohorts[0].match.countries[0]',
    '"QQ"',
    'ISO 3166-1',
  ],
  [
    'a country by its other name',
    { cohorts: cohorts(cohort('a', '[UK]'), cohort('b', "'*'")) },
    'cohorts[0].match.countries[0]',
    '"UK"',
    'did you mean "GB"?',
  ],
  [
    'a group of countries',
    { cohorts: cohorts(cohort('a', '[EU]'), cohort('b', "'*'")) },
    'cohorts[0].match.countries[0]',
    '"EU"',
    'ISO 3166-1',
  ],
  [
    'a country in small letters',
    { cohorts: cohorts(cohort('a', '[nz]'), cohort('b', "'*'")) },
    'cohorts[0].match.countries[0]',
    '"nz"',
    'did you mean "NZ"?',
  ],
  [
    'an end date that the minimum notice cannot reach',
    { guardRails: rails('minimumNotice: 31 days') },
    'stages[0].days',
    '35 days for the first required stage',
    'at least 36 days',
  ],
  [
    'a first stage that is not required and so does not count',
    { stages: stages('days: 40 days', 'days: 14 days, required: true', 'days: 1 day, required: true') },
    'stages[1].days',
    '14 days',
    'at least 35 days',
  ],
  [
    'stages in the wrong order',
    { stages: stages('days: 35 days, required: true', 'days: 1 day, required: true', 'days: 7 days') },
    'stages[2].days',
    '7 days after 1 days',
    'fewer than 1 days',
  ],
  [
    'two stages on one day',
    { stages: stages('days: 35 days, required: true', 'days: 7 days', 'days: 7 days, required: true') },
    'stages[2].days',
    '7 days after 7 days',
    'nearer to the end date',
  ],
  [
    'a stage on the end date',
    { stages: stages('days: 35 days, required: true', 'days: 0 days, required: true') },
    'stages[1].days',
    '"0 days"',
    'from 1 to 365 days',
  ],
  [
    'a stage more than a year before',
    { stages: stages('days: 366 days, required: true', 'days: 1 day, required: true') },
    'stages[0].days',
    '"366 days"',
    'from 1 to 365 days',
  ],
  [
    'a stage by another name than its days',
    { stages: stages('days: 35 days, name: d30, required: true', 'days: 1 day, required: true') },
    'stages[0].name',
    '"d30"',
    'd35',
  ],
  [
    'one required stage',
    { stages: stages('days: 35 days, required: true', 'days: 1 day') },
    'stages',
    '1 required',
    'at least 2 stages',
  ],
  [
    'fewer required stages than required notices',
    { guardRails: rails('requiredNotices: 3') },
    'stages',
    '2 required',
    'at least 3 stages',
  ],
  [
    'a last required stage that is too old by the end',
    { stages: stages('days: 35 days, required: true', 'days: 14 days, required: true', 'days: 1 day') },
    'stages[1].days',
    '14 days for the last required stage',
    'at most 10 days',
  ],
  [
    'a last stage that leaves less than the final notice',
    { guardRails: rails('finalNotice: 39 hours') },
    'stages[3].days',
    '38 hours before the end',
    'at least 39 hours',
  ],
  [
    'one required notice',
    { guardRails: rails('requiredNotices: 1') },
    'guardRails.requiredNotices',
    '"1"',
    'from 2 to 10',
  ],
  ['a send hour before the window', { sendHour: '8' }, 'sendHour', '8', '9 to 19'],
  ['a send hour at which the window has closed', { sendHour: '20' }, 'sendHour', '20', '9 to 19'],
  ['a send hour that no clock shows', { sendHour: '25' }, 'sendHour', '"25"', 'from 0 to 23'],
  [
    'a send window that opens too early',
    { sendWindow: '{ from: 8, to: 20 }' },
    'sendWindow.from',
    '"8"',
    'from 9 to 19',
  ],
  [
    'a send window that closes too late',
    { sendWindow: '{ from: 9, to: 21 }' },
    'sendWindow.to',
    '"21"',
    'from 10 to 20',
  ],
  [
    'a send window that ends before it begins',
    { sendWindow: '{ from: 15, to: 12 }' },
    'sendWindow',
    'from 15 to 12',
    'ends after it begins',
  ],
  ['an offset for a zone', { timeZone: '+02:00' }, 'timeZone', '"+02:00"', 'IANA'],
  [
    'waves that do not end with everybody',
    { guardRails: rails('waves: [1 %, 50 %]') },
    'guardRails.waves[1]',
    '50 % as the last wave',
    '100 %',
  ],
  [
    'waves that do not ascend',
    { guardRails: rails('waves: [10 %, 5 %, 100 %]') },
    'guardRails.waves[1]',
    '5 % after 10 %',
    'larger than the one before',
  ],
  ['a single wave', { guardRails: rails('waves: [100 %]') }, 'guardRails.waves', 'a list of 1', '2 to 20'],
  [
    'a closing at the earliest end date',
    { guardRails: '{ closedFrom: 2026-05-07T10:00:00Z }' },
    'guardRails.closedFrom',
    '2026-05-07T10:00:00.000Z',
    'before 2026-05-07T10:00:00.000Z',
  ],
  [
    'a closing without its zone',
    { guardRails: '{ closedFrom: 2026-04-10T00:00:00 }' },
    'guardRails.closedFrom',
    '"2026-04-10T00:00:00"',
    'an instant with its zone',
  ],
  ['no closing', { guardRails: '{ soak: 24 hours }' }, 'guardRails.closedFrom', 'nothing', 'closedFrom is needed'],
  [
    'a duration without its unit',
    { guardRails: rails('minimumNotice: 30') },
    'guardRails.minimumNotice',
    '"30"',
    'as in',
  ],
  [
    'hours that are not whole days',
    { guardRails: rails('margin: 36 hours') },
    'guardRails.margin',
    '"36 hours"',
    'from 1 to 60 days',
  ],
  ['a rate without its unit', { guardRails: rails('disableRate: 50') }, 'guardRails.disableRate', '"50"', 'per second'],
  [
    'more bounces than Amazon allows',
    { guardRails: rails('breakers: { bounces: 5 % }') },
    'guardRails.breakers.bounces',
    '"5 %"',
    '4.9 %',
  ],
  [
    'more complaints than Amazon allows',
    { guardRails: rails('breakers: { complaints: 0.1 % }') },
    'guardRails.breakers.complaints',
    '"0.1 %"',
    '0.09 %',
  ],
  [
    'failures that no breaker would see',
    { guardRails: rails('breakers: { failures: 0 % }') },
    'guardRails.breakers.failures',
    '"0 %"',
    'from 0.1 % to 100 %',
  ],
  [
    'more time than two months',
    { guardRails: rails('moreTime: 61 days') },
    'guardRails.moreTime',
    '"61 days"',
    'from 0 to 60 days',
  ],
  [
    'more time that is no whole day',
    { guardRails: rails('moreTime: 36 hours') },
    'guardRails.moreTime',
    '"36 hours"',
    'from 0 to 60 days',
  ],
  ['nobody who approves', { approvals: '0' }, 'approvals', '"0"', '1 or 2'],
  ['three who approve', { approvals: '3' }, 'approvals', '"3"', '1 or 2'],
  ['a yes to approvals', { approvals: 'true' }, 'approvals', '"true"', 'how many people a change takes'],
  ['no number of approvals', { approvals: '""' }, 'approvals', 'nothing', '1 or 2'],
  ['more time without its unit', { guardRails: rails('moreTime: 0') }, 'guardRails.moreTime', '"0"', '"2 days"'],
  ['texts that are one text', { texts: 'Hello' }, 'texts', '"Hello"', 'a map of languages, each a map of texts'],
  ['texts that are a list', { texts: '[{ de: Hallo }]' }, 'texts', 'a list of 1', 'a map of languages'],
  [
    'a language of texts that is one',
    { texts: '{ de: Hallo }' },
    'texts.de',
    '"Hallo"',
    'a map of texts by their keys',
  ],
  [
    'a text that is a map',
    { texts: '{ de: { never: { a: b } } }' },
    'texts.de.never',
    'a map of a',
    'a text that people are to read',
  ],
  ['a text that says nothing', { texts: '{ de: { never: "" } }' }, 'texts.de.never', 'nothing', 'are to read'],
  ...['{{endDate}}', '{end date}', '{}', '{endDate', 'endDate}', '{a{b}c}', '{#if a}', '{endDate}}'].map(
    (mark): Refusal => [
      `${mark} in a text that is ours`,
      { texts: `{ de: { never: '${mark}' } }` },
      'texts.de.never',
      'a brace',
      'text without template marks',
    ],
  ),
  [
    'a backslash in a text that is ours',
    { texts: "{ de: { never: 'a\\b' } }" },
    'texts.de.never',
    'a backslash',
    'text without template marks',
  ],
  ...['https://example.com', 'www.example.com', 'example.com/{link}', 'https://{link}', '{link}://a'].map(
    (link): Refusal => [
      `${link} in a text that is ours`,
      { texts: `{ de: { never: 'Siehe ${link}' } }` },
      'texts.de.never',
      link.slice(0, 3) === '{li' ? '://a' : (link.split('{')[0] ?? ''),
      'text without links',
    ],
  ),
  [
    'half of a sign in a text that is ours',
    { texts: '{ de: { never: "Hallo \\udc00" } }' },
    'texts.de.never',
    'a sign that cannot be seen',
    'printable text',
  ],
  [
    'a text of ours that is too long',
    { texts: `{ de: { never: ${'x'.repeat(2001)} } }` },
    'texts.de.never',
    '2001 characters',
    'up to 2000 characters',
  ],
  [
    'a sender’s address with a template mark',
    { sender: '{ name: E, address: "{{a}}@example.com", replyTo: a@example.com, postalAddress: A }' },
    'sender.address',
    '{{a}}',
    'an e-mail address',
  ],
  ['a share of more than all', { guardRails: rails('sendShare: 101 %') }, 'guardRails.sendShare', '"101 %"', '100 %'],
  [
    'a sender that is no address',
    { sender: '{ name: E, address: example.com, replyTo: a@example.com, postalAddress: A }' },
    'sender.address',
    '"example.com"',
    'an e-mail address',
  ],
  [
    'a header inside a sender’s name',
    { sender: '{ name: "E\\nBcc: x", address: a@example.com, replyTo: a@example.com, postalAddress: A }' },
    'sender.name',
    'Bcc: x',
    'one line',
  ],
  [
    'a help page without https',
    { support: '{ url: http://example.com/help, email: a@example.com }' },
    'support.url',
    '"http://example.com/help"',
    'https://',
  ],
  ['a list where a text belongs', { reason: '[a, b]' }, 'reason', 'a list of 2', 'a text'],
  ['a text where a map belongs', { guardRails: 'strict' }, 'guardRails', '"strict"', 'a map of minimumNotice'],
  [
    'yes for true',
    { stages: stages('days: 35 days, required: yes', 'days: 1 day, required: true') },
    'stages[0].required',
    '"yes"',
    'true or false',
  ],
];

describe('a plan file is refused for', () => {
  test.each(REFUSALS)('%s', (_, changes, path, given, allowed) => {
    const yaml = planWith(changes);
    const error = errorsOf(yaml).find((one) => one.path === path);
    expect(error, JSON.stringify(errorsOf(yaml), null, 2)).toBeDefined();
    expect(error?.given).toContain(given);
    expect(error?.sentence).toContain(path);
    expect(error?.sentence).toContain(given);
    expect(error?.sentence).toContain(allowed);
    expect(error?.sentence).toContain(`line ${error?.line}`);
    // One mistake, one error: nothing is reported that follows from it.
    expect(errorsOf(yaml)).toHaveLength(1);
  });
});

describe('errors', () => {
  it('come all together, in the order of the file, each with its line', () => {
    const yaml = EXAMPLE.replace('endDate: 2026-05-08', 'endDate: 2026-05-32')
      .replace('url: https://', 'url: ftp://')
      .replace('percentage: 80 %', 'percentage: 70 %')
      .replace('soak: 24 hours', 'soack: 24 hours');
    const lines = yaml.split('\n');
    const errors = errorsOf(yaml);
    expect(errors.map(({ path }) => path)).toEqual([
      'support.url',
      'cohorts[0].endDate',
      'cohorts[3].match.percentage',
      'guardRails.soack',
    ]);
    expect(errors.map(({ line }) => lines[(line ?? 0) - 1]?.trim())).toEqual([
      'url: ftp://example.com/help/encrypted-chats',
      'endDate: 2026-05-32',
      "match: { countries: ['*'], percentage: 70 % }",
      'soack: 24 hours',
    ]);
  });

  it('name the line that is not YAML, and nothing else', () => {
    const [error, ...others] = errorsOf('sunset: chats\nfeature: "open\n');
    expect(others).toEqual([]);
    expect(error?.sentence).toMatch(/^line \d: given .* YAML 1\.2/);
  });

  it('tell how to write a star', () => {
    const [error] = errorsOf(MINIMAL.replace("'*'", '[*]'));
    expect(error?.sentence).toContain('write a star in quotes');
  });

  it.each([
    ['an empty file', ''],
    ['a list', '- sunset'],
    ['a key twice', `${MINIMAL}\nsunset: other\n`],
    ['two documents', `${MINIMAL}\n---\n${MINIMAL}`],
    ['an alias', MINIMAL.replace('reason: ', 'reason: &why ').replace(/dataFate: .*/, 'dataFate: *why')],
    ['an unknown tag', MINIMAL.replace('reason: ', 'reason: !secret ')],
    ['a file of a megabyte', `${MINIMAL}#${'x'.repeat(1_000_000)}`],
  ])('refuse %s', (_, yaml) => {
    expect(errorsOf(yaml)).toHaveLength(1);
  });

  it('are values: whatever the file holds, reading it does not throw', () => {
    const file = `${MINIMAL}texts: { de: { never: 'Hallo {feature}' } }\n`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(file.length), fc.nat(40), (noise, from, length) => {
        const parsed = parsePlan(file.slice(0, from) + noise + file.slice(from + length));
        expect('plan' in parsed || parsed.errors.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  }, 30_000);
});

describe('an error in words', () => {
  const sentences = (yaml: string) => errorsOf(yaml).map(({ sentence }) => sentence.replace(/^line \d+, /, ''));
  const sentence = (changes: Readonly<Record<string, string | null>>) => sentences(planWith(changes))[0];

  it('is about the file as a whole, about a line, or about a place in it', () => {
    expect(sentences('x'.repeat(200_001))).toEqual([
      'the file: given 200001 characters; allowed: a file of up to 200000 characters',
    ]);
    const twice = errorsOf('sunset: a\nsunset: b\n').find(({ path, line }) => path === '' && line === 2);
    expect(twice?.sentence).toBe('line 2: given "sunset: b"; allowed: each key once');
    expect(errorsOf('sunset: "a\n')[0]?.sentence).toMatch(/^line \d: given .*; allowed: YAML 1\.2: [^;]*$/);
    const [hour] = errorsOf(MINIMAL.replace(/^/, 'sendHour: 99\n'));
    expect(hour?.sentence).toMatch(/^line 1, sendHour: given "99"; allowed: /);
  });

  it('names the line of the nearest thing around what is missing', () => {
    const lines = (yaml: string, path: string) => errorsOf(yaml).find((each) => each.path === path)?.line;
    const text = planWith({ dataFate: null });
    expect(lines(text, 'dataFate')).toBe(1);
    const nested = `${planWith({ guardRails: null, cohorts: null })}guardRails:\n  soak: 24 hours\ncohorts:\n  - id: a\n    endDate: 2026-05-08\n    match:\n      percentage: 50 %\n  - id: b\n    match: { countries: DE, percentage: 100 % }\n`;
    const lineOf = (part: string) => nested.slice(0, nested.indexOf(part)).split('\n').length;
    expect(lines(nested, 'guardRails.closedFrom')).toBe(lineOf('guardRails:'));
    expect(lines(nested, 'cohorts[0].match.countries')).toBe(lineOf('    match:\n'));
    expect(lines(nested, 'cohorts[1].endDate')).toBe(lineOf('- id: b'));
  });

  it.each([
    ['{ a: 1, b: 2 }', 'a map of a, b'],
    ['{ [a]: 1 }', 'a map of ?'],
    ['{}', 'an empty map'],
    ['[]', 'an empty list'],
    ['[1, 2]', 'a list of 2'],
    ['""', 'nothing'],
    ['"  ten   or\\n so "', '"ten or so"'],
    [`"${'x'.repeat(80)}"`, `"${'x'.repeat(80)}"`],
    [`"${'x'.repeat(81)}"`, `"${'x'.repeat(77)}..."`],
  ])('shows %s as %s', (given, shown) => {
    const error = errorsOf(planWith({ sendHour: given })).find(({ path }) => path === 'sendHour');
    expect(error?.given).toBe(shown);
  });

  it('shows what is an alias, and what is there without a value', () => {
    const given = (yaml: string) => errorsOf(yaml).find(({ path }) => path === 'sendHour')?.given;
    expect(given(`${MINIMAL}\ndefaults: &ten 10\nsendHour: *ten\n`)).toBe('an alias');
    expect(given(`${MINIMAL}\nsendHour:\n`)).toBe('nothing');
  });

  it('lists the keys that there are, and asks whether the nearest was meant', () => {
    expect(sentence({ sendHuor: '10' })).toMatch(
      /^sendHuor: given the unknown key "sendHuor"; allowed: \w+(, \w+)+; did/,
    );
    expect(sentence({ sendHuor: '10' })).toContain('did you mean "sendHour"?');
    expect(sentence({ guardRails: '[]' })).toMatch(/allowed: a map of \w+(, \w+)+$/);
  });

  it('is told once of a key that is misspelt, and twice where another stands for it', () => {
    const paths = (key: string) => errorsOf(planWith({ feature: null, [key]: 'chats' })).map(({ path }) => path);
    expect(paths('feture')).toEqual(['feture']);
    expect(paths('faeture')).toEqual(['faeture']);
    expect(paths('thefeatures').toSorted()).toEqual(['feature', 'thefeatures']);
  });

  it('is one where one thing is wrong: nothing else is concluded from what is missing', () => {
    const paths = (changes: Readonly<Record<string, string | null>>) =>
      errorsOf(planWith(changes)).map(({ path }) => path);
    expect(paths({ cohorts: null })).toEqual(['cohorts']);
    expect(paths({ stages: 'none' })).toEqual(['stages']);
    expect(paths({ feature: '{ en: "see https://example.com", de: chats }' })).toEqual(['feature.en']);
    expect(paths({ feature: '{ EN: chats }' })).toEqual(['feature.EN']);
    expect(paths({ feature: '{ de: Chats }' })).toEqual(['feature']);
    expect(paths({ texts: '{ en: "text", de: { a: "{", b: b } }' })).toEqual(['texts.en', 'texts.de.a']);
  });

  const inRails = (key: string, given: string): [string, string, string] => [
    `guardRails.${key}`,
    'guardRails',
    key === 'closedFrom' ? '{}' : rails(`${key}: ${given}`),
  ];
  const breaker = (key: string): [string, string, string] => [
    `guardRails.breakers.${key}`,
    'guardRails',
    rails(`breakers: { ${key}: none }`),
  ];
  const inCohort = (key: string, text: string): [string, string, string] => [
    `cohorts[0].${key}`,
    'cohorts',
    `[${text}]`,
  ];
  const sharp = (from: string, to: string) =>
    `a percentage from ${from} % to ${to} %, with its sign, up to two decimals`;
  const NAME = 'a name of a to z, 0 to 9 and -, up to 32 characters, beginning with a letter';
  const COHORT = 'an id of a to z, 0 to 9 and -, up to 40 characters';
  const STAGE = 'd and its days, as in d35';

  it.each<[path: string, key: string, given: string | null, allowed: string]>([
    ['sunset', 'sunset', 'Chats', NAME],
    ['sunset', 'sunset', '-chats', NAME],
    ['sunset', 'sunset', '9chats', NAME],
    ['sunset', 'sunset', 'chats_2', NAME],
    ['sunset', 'sunset', `c${'x'.repeat(32)}`, NAME],
    ['feature', 'feature', null, 'feature is needed: what is retired, in people’s words'],
    ['reason', 'reason', null, 'reason is needed: why it is retired'],
    ['whatChanges', 'whatChanges', null, 'whatChanges is needed: what is different after the end date'],
    ['dataFate', 'dataFate', null, 'dataFate is needed: what happens to data that nobody saved'],
    [
      'exportInstructions',
      'exportInstructions',
      null,
      'exportInstructions is needed: where in the app people save their data',
    ],
    [
      'authenticity',
      'authenticity',
      null,
      'authenticity is needed: where in the app people see that a message is genuine',
    ],
    ['sendHour', 'sendHour', '24', 'an hour, a whole number from 0 to 23'],
    ['sendWindow.from', 'sendWindow', '{ from: 8 }', 'an hour, a whole number from 9 to 19'],
    ['sendWindow.to', 'sendWindow', '{ to: 21 }', 'an hour, a whole number from 10 to 20'],
    ['approvals', 'approvals', '3', 'how many people a change takes, 1 or 2'],
    ['alternatives', 'alternatives', 'none', 'a list of 0 to 10 alternatives'],
    ['stages', 'stages', 'none', 'a list of 2 to 20 stages'],
    ['stages[0].name', 'stages', stages('name: xd35, days: 35 days', 'days: 1 day'), STAGE],
    ['stages[0].name', 'stages', stages('name: d35x, days: 35 days', 'days: 1 day'), STAGE],
    [
      'stages[0].days',
      'stages',
      stages('required: true', 'days: 1 day'),
      'days is needed: days before the end date, as in "35 days"',
    ],
    [
      'stages[0].days',
      'stages',
      stages('days: 366 days', 'days: 1 day'),
      'a duration from 1 to 365 days, as in "2 days"',
    ],
    ['stages[0].required', 'stages', stages('days: 35 days, required: maybe', 'days: 1 day'), 'true or false'],
    ['cohorts', 'cohorts', 'none', 'a list of 1 to 100 cohorts'],
    [...inCohort('id', cohort('EEA', '"*"')), COHORT],
    [...inCohort('id', cohort('e_a', '"*"')), COHORT],
    [...inCohort('id', cohort('x'.repeat(41), '"*"')), COHORT],
    [
      ...inCohort('match.countries', '{ id: a, match: {}, endDate: 2026-05-08 }'),
      'countries is needed: ISO 3166-1 codes, or "*" for every other country',
    ],
    [
      ...inCohort('match.countries', '{ id: a, match: { countries: [] }, endDate: 2026-05-08 }'),
      'a list of 1 to 250 countries',
    ],
    [...inCohort('match.percentage', cohort('a', '"*"', '0.5 %')), sharp('1', '100')],
    [
      ...inCohort('endDate', '{ id: a, match: { countries: "*" } }'),
      'endDate is needed: the last day with the feature, as YYYY-MM-DD',
    ],
    [...inCohort('endDate', cohort('a', '"*"', '100 %', 'tomorrow')), 'a day that exists, as YYYY-MM-DD'],
    [
      ...inRails('closedFrom', ''),
      'closedFrom is needed: the instant from which the platform starts no new encryption',
    ],
    [...inRails('minimumNotice', 'none'), 'a duration from 1 to 360 days, as in "2 days"'],
    [...inRails('margin', 'none'), 'a duration from 1 to 60 days, as in "2 days"'],
    [...inRails('requiredNotices', '1'), 'notices, a whole number from 2 to 10'],
    [...inRails('finalNotice', 'none'), 'a duration from 1 to 240 hours, as in "2 hours"'],
    [...inRails('finalWithin', 'none'), 'a duration from 1 to 30 days, as in "2 days"'],
    [...inRails('waves', 'none'), 'a list of 2 to 20 percentages'],
    [...inRails('soak', 'none'), 'a duration from 1 to 720 hours, as in "2 hours"'],
    [...inRails('restoreWindow', 'none'), 'a duration from 1 to 720 hours, as in "2 hours"'],
    [...inRails('headCountTolerance', 'none'), sharp('0', '20')],
    [...inRails('moreTime', 'none'), 'a duration from 0 to 60 days, as in "2 days"'],
    [...inRails('sendShare', 'none'), sharp('1', '100')],
    [...breaker('minimumSample'), 'delivery outcomes, a whole number from 1 to 1000000'],
    [...breaker('bounces'), sharp('0.1', '4.9')],
    [...breaker('complaints'), sharp('0.01', '0.09')],
    [...breaker('suppressed'), sharp('0.1', '100')],
    [...breaker('failures'), sharp('0.1', '100')],
    [...breaker('softBounces'), sharp('1', '100')],
  ])('at %s says what is allowed (%s: %s)', (path, key, given, allowed) => {
    const error = errorsOf(planWith({ [key]: given })).find((each) => each.path === path);
    expect(error?.allowed).toBe(allowed);
  });

  it('is none for stages by their days alone, and for what the names of sunset and cohort may be', () => {
    const { stages: read } = planOf(
      planWith({ stages: stages('days: 35 days, required: true', 'days: 1 day, required: true') }),
    );
    expect(read).toEqual([
      { name: 'd35', days: 35, required: true },
      { name: 'd1', days: 1, required: true },
    ]);
    const longest = `c${'9'.repeat(31)}`;
    expect(planOf(planWith({ sunset: longest })).sunset).toBe(longest);
    expect(planOf(planWith({ sunset: 'c' })).sunset).toBe('c');
    const id = '9'.repeat(40);
    expect(planOf(planWith({ cohorts: cohorts(cohort(id, '"*"')) })).cohorts[0]?.id).toBe(id);
  });

  it('is one where what must fit together could not be read', () => {
    const paths = (changes: Readonly<Record<string, string | null>>) =>
      errorsOf(planWith(changes)).map(({ path }) => path);
    expect(paths({ sendWindow: '{ from: noon, to: 15 }', sendHour: '16' })).toEqual(['sendWindow.from']);
    expect(paths({ sendWindow: '{ from: 12, to: noon }', sendHour: '10' })).toEqual(['sendWindow.to']);
    expect(paths({ sendWindow: '{ from: 10, to: 10 }', sendHour: '10' })).toEqual(['sendWindow']);
    const optional = ['35', '1'].map((days) => `name: d${days}, days: ${days} days, required: false`);
    expect(paths({ stages: stages(...optional) })).toEqual(['stages']);
    const one = '{ id: a, match: { countries: DE, percentage: half }, endDate: 2026-05-08 }';
    const others = [cohort('b', 'DE', '50 %'), cohort('c', '"*"')];
    expect(paths({ cohorts: cohorts(one, ...others) })).toEqual(['cohorts[0].match.percentage']);
    const thirds = ['a', 'b', 'c'].map((id) => cohort(id, '"*"', '33 %'));
    expect(paths({ cohorts: cohorts(...thirds) })).toEqual(['cohorts[2].match.percentage']);
    expect(paths({ guardRails: rails('waves: [1 %, 1 %, 100 %]') })).toEqual(['guardRails.waves[1]']);
  });

  it('is none at the edge of what is allowed', () => {
    expect(errorsOf(planWith({ sendWindow: '{ from: 10, to: 15 }', sendHour: '10' }))).toEqual([]);
    const ten = stages('name: d35, days: 35 days, required: true', 'name: d10, days: 10 days, required: true');
    expect(errorsOf(planWith({ stages: ten, guardRails: rails('finalWithin: 10 days') }))).toEqual([]);
  });

  it('is that the platform stops too late for the earliest end date, wherever that stands', () => {
    const two = (first: string, second: string) =>
      errorsOf(
        planWith({
          guardRails: rails('finalNotice: 24 hours', '2026-05-20T00:00:00Z'),
          cohorts: cohorts(cohort('a', 'DE', '100 %', first), cohort('b', '"*"', '100 %', second)),
        }),
      ).map(({ allowed }) => allowed);
    const allowed = [expect.stringContaining('the earliest end date, 2026-05-08, begins')];
    expect(two('2026-05-08', '2026-06-30')).toEqual(allowed);
    expect(two('2026-06-30', '2026-05-08')).toEqual(allowed);
  });

  it('is told of a key that is there twice beside all others, and of a file without anything', () => {
    const paths = errorsOf(`${MINIMAL}\nsendHour: 99\nsendHour: 98\n`).map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set(['', 'sendHour']));
    expect(errorsOf('')[0]).toMatchObject({ path: '', given: 'nothing' });
  });

  it('says what to do about a link, a long name, a key that is needed, and codes of countries', () => {
    expect(sentence({ feature: 'see https://example.com' })).toBe(
      'feature: given "https://example.com"; allowed: text without links; say where in the app to go; the help page is support.url',
    );
    expect(sentence({ feature: 'x'.repeat(81) })).toContain('allowed: one line of up to 80 characters');
    expect(sentence({ support: '{ url: "https://help.example.com/chats" }' })).toBe(
      'support.email: given nothing; allowed: email is needed and has no default',
    );
    const code = (countries: string) => sentence({ cohorts: cohorts(cohort('a', countries), cohort('b', '"*"')) });
    const allowed = 'allowed: an ISO 3166-1 code in capitals, as in DE, or "*" for every other country';
    expect(code('de')).toBe(`cohorts[0].match.countries: given "de"; ${allowed}; did you mean "DE"?`);
    expect(code('UK')).toBe(`cohorts[0].match.countries: given "UK"; ${allowed}; did you mean "GB"?`);
    expect(code('EU')).toBe(`cohorts[0].match.countries: given "EU"; ${allowed}`);
    expect(code('"Germany, all of it"')).toBe(`cohorts[0].match.countries: given "Germany, all of it"; ${allowed}`);
    expect(code('""')).toBe(`cohorts[0].match.countries: given nothing; ${allowed}`);
  });

  it('says why stages and cohorts do not fit', () => {
    const first = stages('name: d20, days: 20 days, required: true', 'name: d1, days: 1 day, required: true');
    expect(sentence({ stages: first })).toMatch(
      /given 20 days for the first required stage; allowed: at least 35 days: .*; the end date could not be reached with the minimum notice$/,
    );
    const late = (days: number, finalNotice: string) =>
      errorsOf(
        planWith({
          stages: stages(
            'name: d60, days: 60 days, required: true',
            `name: d${days}, days: ${days} days, required: true`,
          ),
          guardRails: rails(`finalNotice: ${finalNotice}`),
        }),
      ).find(({ path }) => path === 'stages[1].days')?.given;
    expect(late(1, '72 hours')).toMatch(/^1 day at /);
    expect(late(2, '72 hours')).toMatch(/^2 days at /);
    const shared = cohorts(cohort('a', '[DE, FR]'), cohort('b', '[FR]'), cohort('c', '"*"'));
    expect(sentence({ cohorts: shared })).toMatch(
      /given "FR"; allowed: each country in one set of countries: cohorts\[0\] names it beside others; cohorts share countries only if they name exactly the same ones$/,
    );
    expect(sentence({ cohorts: cohorts(cohort('a', 'DE'), cohort('b', 'FR')) })).toMatch(
      /^cohorts: given a, b; allowed: one/,
    );
  });

  it('says of percentages where the last of them stands, and for which countries, however many they are', () => {
    const percentages = (countries: readonly string[]) => {
      const set = `[${countries.join(', ')}]`;
      const all = cohorts(cohort('a', set, '30 %'), cohort('b', set, '20 %'), cohort('c', '"*"'));
      return errorsOf(planWith({ cohorts: all }))[0];
    };
    expect(percentages(['DE', 'FR'])).toMatchObject({
      path: 'cohorts[1].match.percentage',
      given: '50 % in all for DE FR',
    });
    const twenty = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT'.split(' ');
    expect(percentages(twenty)?.given).toBe(`50 % in all for ${twenty.join(' ')}`.slice(0, 16 + 59));
    expect(percentages([...twenty, 'NL'])?.given).toBe(`50 % in all for ${twenty.join(' ').slice(0, 57)}...`);
  });
});

describe('a value of a plan file', () => {
  const pathsWith = (changes: Readonly<Record<string, string | null>>) =>
    errorsOf(planWith(changes)).map(({ path }) => path);
  const share = (percentage: string) => ({ cohorts: cohorts(cohort('a', '"*"', percentage)) });
  const country = (code: string) => ({ cohorts: cohorts(cohort('a', code), cohort('b', '"*"')) });
  const support = (url: string) => ({ support: `{ url: "${url}", email: help@example.com }` });
  const sender = (name: string) => ({
    sender: `{ name: "${name}", address: a@example.com, replyTo: b@example.com, postalAddress: Street 1 }`,
  });
  const alternatives = (count: number) => ({
    alternatives: `[${Array.from({ length: count }, (_, at) => `{ name: App ${at}, description: An app }`).join(', ')}]`,
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['an hour with space around it', { sendHour: '" 10 "' }],
    ['a percentage without a space', share('100%')],
    ['a rate by the second', { guardRails: rails('disableRate: 50 per second') }],
    ['a rate by the second, in short', { guardRails: rails('disableRate: 50/s') }],
    ['a page without a path', support('https://help.example.com')],
    ['a page with a path', support('https://help.example.com/chats?of=mine')],
    ['a name of eighty characters', sender('x'.repeat(80))],
    ['ten alternatives', alternatives(10)],
    ['a text of the longest', { reason: `"${'x'.repeat(2000)}"` }],
  ])('may be %s', (_, changes) => expect(pathsWith(changes)).toEqual([]));

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['an hour with a word before it', { sendHour: 'at 10' }, 'sendHour'],
    ['an hour with a word behind it', { sendHour: '10 sharp' }, 'sendHour'],
    ['an hour as a power of ten', { sendHour: '1e1' }, 'sendHour'],
    ['a page at a port', support('https://help.example.com:8080/'), 'support.url'],
    ['a percentage with a word before it', share('"all 100 %"'), 'cohorts[0].match.percentage'],
    ['a percentage with a word behind it', share('"100 % of all"'), 'cohorts[0].match.percentage'],
    [
      'a rate with a word before it',
      { guardRails: rails('disableRate: up to 50 per second') },
      'guardRails.disableRate',
    ],
    ['a rate with a word behind it', { guardRails: rails('disableRate: 50 per seconds') }, 'guardRails.disableRate'],
    ['a page with words before it', support('see https://help.example.com'), 'support.url'],
    ['a page with words behind it', support('https://help.example.com/a b'), 'support.url'],
    ['a name of nothing', sender(''), 'sender.name'],
    ['a name of eighty-one characters', sender('x'.repeat(81)), 'sender.name'],
    ['eleven alternatives', alternatives(11), 'alternatives'],
    ['a text that says that there is none', { reason: '~' }, 'reason'],
    ['a text that says null', { reason: 'null' }, 'reason'],
    ['a text that is longer than the longest', { reason: `"${'x'.repeat(2001)}"` }, 'reason'],
    ['a link without slashes', { reason: 'see http:help' }, 'reason'],
    ['a stage that is a word', { stages: '[none, none]' }, 'stages[0]'],
    ['a key that would merge another map', { '<<': '{ sendHour: 11 }' }, '<<'],
    ...['ZZ', 'EU', 'EZ', 'UN', 'XA', 'XB', 'QO'].map((code): [string, Readonly<Record<string, string>>, string] => [
      `${code}, which is a code of no country`,
      country(code),
      'cohorts[0].match.countries',
    ]),
  ])('is not %s', (_, changes, path) => expect(pathsWith(changes)).toContain(path));

  it('quotes the whole word in which a link is', () => {
    const [error] = errorsOf(planWith({ reason: 'read (https://help.example.com/a) now' }));
    expect(error?.given).toBe('"(https://help.example.com/a)"');
  });

  it('is read in a file of the longest, and no alternative is what there is without a word of any', () => {
    const filled = `${MINIMAL}#${'x'.repeat(200_000 - MINIMAL.length - 1)}`;
    expect(filled).toHaveLength(200_000);
    expect(parsePlan(filled)).toEqual(parsePlan(MINIMAL));
    expect(planOf(planWith({ alternatives: null })).alternatives).toEqual([]);
  });

  it('of a stage without days says nothing of its name', () => {
    expect(pathsWith({ stages: stages('name: d35, days: none', 'days: 1 day') })).toEqual(['stages[0].days']);
  });

  it('tells what is wrong with YAML in one line, without the place that stands before', () => {
    expect(errorsOf('sunset: "a\n')[0]?.sentence).not.toMatch(/at line|\^/);
  });
});

describe('texts that people are to read', () => {
  const sender = (changes: Readonly<Record<string, string>>) =>
    JSON.stringify({
      name: 'E',
      address: 'notices@example.com',
      replyTo: 'help@example.com',
      postalAddress: 'A',
      ...changes,
    });
  const LOCALISED = ['feature', 'reason', 'whatChanges', 'dataFate', 'exportInstructions', 'authenticity'];
  /** Every place of a plan in which words stand, and how they come there. */
  const PLACES: Readonly<Record<string, (text: string) => Readonly<Record<string, string>>>> = {
    ...Object.fromEntries(LOCALISED.map((key) => [key, (text: string) => ({ [key]: JSON.stringify(text) })])),
    ...Object.fromEntries(
      LOCALISED.map((key) => [`${key}.tr`, (text: string) => ({ [key]: JSON.stringify({ en: 'A', tr: text }) })]),
    ),
    'alternatives[0].name': (text) => ({ alternatives: JSON.stringify([{ name: text, description: 'B' }]) }),
    'alternatives[0].description': (text) => ({ alternatives: JSON.stringify([{ name: 'A', description: text }]) }),
    'sender.name': (text) => ({ sender: sender({ name: text }) }),
    'sender.postalAddress': (text) => ({ sender: sender({ postalAddress: text }) }),
    'texts.de.never': (text) => ({ texts: JSON.stringify({ de: { never: text } }) }),
  };
  const places = Object.entries(PLACES);
  const refusedAt = (changes: Readonly<Record<string, string>>) => errorsOf(planWith(changes)).map(({ path }) => path);

  const HOSTILE: readonly (readonly [what: string, sign: string])[] = [
    ['a brace that opens', '{'],
    ['a brace that closes', '}'],
    ['a variable of SES', '{{x}}'],
    ['a backslash', '\\'],
    ['a null', '\0'],
    ['a backspace', '\b'],
    ['an escape', '\u001b'],
    ['a delete', '\u007f'],
    ['a next line', '\u0085'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['the first half of a sign', '\ud83d'],
    ['the second half of a sign', '\ude42'],
    ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'].map(
      (sign) => [`U+${sign.charCodeAt(0).toString(16).toUpperCase()}`, sign] as const,
    ),
  ];
  it.each(HOSTILE)('are refused with %s in them, in every place', (_, sign) => {
    for (const [path, put] of places) expect(refusedAt(put(`a${sign}b`))).toEqual([path]);
  });

  it('are short where they stand in a subject: the feature is one line of up to 80 characters', () => {
    expect(refusedAt({ feature: 'x'.repeat(80) })).toEqual([]);
    expect(refusedAt({ feature: 'x'.repeat(81) })).toEqual(['feature']);
    expect(refusedAt({ feature: JSON.stringify({ en: 'x', de: 'a\nb' }) })).toEqual(['feature.de']);
  });

  it('leave no name with a tab in it, which a header would fold', () => {
    expect(refusedAt(PLACES['sender.name']?.('Exa\tmple') ?? {})).toEqual(['sender.name']);
  });

  it('lose no override, whatever it is called: the mail refuses what is no text of its own', () => {
    const { texts } = planOf(planWith({ texts: '{ "__proto__": { never: x }, en: { "__proto__": y } }' }));
    expect(Object.keys(texts)).toEqual(['__proto__', 'en']);
    expect(checkTexts(planOf(planWith({ texts: '{ "__proto__": { never: x } }' }))).map(({ path }) => path)).toEqual([
      'texts.__proto__',
    ]);
    expect(checkTexts(planOf(planWith({ texts: '{ en: { "__proto__": y } }' }))).map(({ path }) => path)).toEqual([
      'texts.en.__proto__',
    ]);
  });

  it('are refused with half of a sign also where the file has it as an escape', () => {
    for (const escape of ['\\ud800', '\\udfff', '\\udc00\\ud800'])
      expect(errorsOf(MINIMAL.replace(/^reason: .*/m, `reason: "because${escape}"`)).map(({ path }) => path)).toEqual([
        'reason',
      ]);
    // A pair is a whole sign.
    expect(planOf(MINIMAL.replace(/^reason: .*/m, 'reason: "because \\ud83d\\ude42"')).reason['en']).toBe('because 🙂');
  });

  it.each([
    ['the mark from left to right', '\u200e'],
    ['the mark from right to left', '\u200f'],
    ['the mark of Arabic letters', '\u061c'],
    ['joiners, which Hindi and families need', '\u200d'],
    ['non-joiners, which Persian and Turkish need', '\u200c'],
    ['a hard space', '\u00a0'],
    ['an emoji', '👩‍👧'],
    ['letters of every language', 'àßçğ漢かなकि한ع'],
    ['quotes and signs of markup', "<b>&amp;'’%"],
  ])('are taken with %s in them, in every place but a name in a header', (_, sign) => {
    for (const [path, put] of places) {
      if (path.endsWith('name') && /[<&]/.test(sign)) continue;
      expect([path, refusedAt(put(`a${sign}b`))]).toEqual([path, []]);
    }
  });

  it('are two: those in which {endDate} stands for a date, and those in which it is refused', () => {
    for (const [path, put] of places)
      expect(refusedAt(put('until {endDate}'))).toEqual(path.startsWith('texts.') ? [] : [path]);
  });

  it('would be seen to slip through: the places take a word without them', () => {
    for (const [path, put] of places) expect([path, refusedAt(put('ab'))]).toEqual([path, []]);
  });

  it('never reach a letter with a sign that means something to SES or to the direction of writing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom('a', '{', '}', '{endDate}', '\\', '\u202e', '\ud800', '\u200f', ' '),
        minLength: 1,
      }),
    );
    let taken = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...places), (given, [, put]) => {
        const parsed = parsePlan(planWith(put(given)));
        if ('errors' in parsed) return;
        taken += 1;
        const { texts, ...rest } = parsed.plan;
        const all = (value: unknown): string[] =>
          typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(all);
        for (const each of [...all(rest), ...all(texts).map((one) => one.replaceAll(/\{\w+\}/g, ''))]) {
          expect(each).not.toMatch(/[{}\\\u202a-\u202e\u2066-\u2069]/);
          expect(each.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(50);
  }, 30_000);

  it('are a hint where a language was meant that there is, and none where there is no such language', () => {
    const hintOf = (tag: string) =>
      /did you mean "(.+)"/.exec(errorsOf(planWith({ reason: `{ en: A, ${tag}: B }` }))[0]?.sentence ?? '')?.[1];
    expect(['pt', 'PT', 'pt_BR', 'DE', 'zh', 'x', 'constructor'].map(hintOf)).toEqual([
      'pt-BR',
      'pt-BR',
      'pt-BR',
      'de',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a plan file is read', () => {
  it('with every default that the reference names', () => {
    expect(planOf(completed(ALL_DEFAULTS))).toEqual(planOf(MINIMAL));
    expect(planOf(MINIMAL)).toMatchObject({
      feature: { en: 'end-to-end encrypted chats' },
      stages: [
        { name: 'd35', days: 35, required: true },
        { name: 'd14', days: 14, required: false },
        { name: 'd7', days: 7, required: false },
        { name: 'd1', days: 1, required: true },
      ],
      guardRails: {
        minimumNoticeDays: 30,
        finalNoticeHours: 24,
        closedFrom: parseInstant('2026-04-10T00:00:00Z'),
        waves: [1, 100],
        moreTimeDays: 14,
        breakers: { minimumSample: 1000, bounces: 4, complaints: 0.08, suppressed: 10, failures: 1 },
      },
      approvals: 2,
      texts: {},
    });
  });

  it('with one person who decides alone only where it says so', () => {
    const approvals = (text: string | null) => planOf(planWith({ approvals: text })).approvals;
    expect([null, '2', '1', '"1"'].map(approvals)).toEqual([2, 2, 1, 1]);
  });

  it('with no more time for anybody where it says so, and with as much as two months', () => {
    const days = (text: string) => planOf(planWith({ guardRails: rails(`moreTime: ${text}`) })).guardRails.moreTimeDays;
    expect(['0 days', '1 day', '2 weeks', '48 hours', '60 days'].map(days)).toEqual([0, 1, 14, 2, 60]);
  });

  it('with a limit for failures, and the others’ defaults beside it', () => {
    const plan = planOf(planWith({ guardRails: rails('breakers: { failures: 0.5 % }') }));
    expect(plan.guardRails.breakers).toMatchObject({ failures: 0.5, bounces: 4, minimumSample: 1000 });
  });

  it('with texts of ours that are said otherwise, as they stand, placeholders and line breaks too', () => {
    const texts = {
      en: { 'first.subject': '{feature}: {endDay}', never: 'Never.\nNever.' },
      'pt-BR': { 'count.one': '{chats} chat' },
      ar: { never: '\u200f{feature}\u200e \u061cx' },
    };
    expect(planOf(planWith({ texts: JSON.stringify(texts) })).texts).toEqual(texts);
    expect(planOf(planWith({ texts: '{}' })).texts).toEqual({});
  });

  test.each(BLOCKS.map((block, index) => [index + 1, block] as const))('from block %i of the reference', (_, block) => {
    planOf(completed(block));
  });

  it('with Norway as a country and not as a no, whatever version of YAML the file names', () => {
    const norway = planWith({ cohorts: cohorts(cohort('a', '[NO]'), cohort('b', "'*'")) });
    expect(planOf(norway).cohorts[0]?.match.countries).toEqual(['NO']);
    expect(planOf(`%YAML 1.1\n---\n${norway}`)).toEqual(planOf(norway));
  });

  it('with texts and ids as they stand in the file, not as numbers', () => {
    const plan = planOf(planWith({ reason: '1.10', cohorts: cohorts(cohort('007', "'*'")) }));
    expect([plan.reason['en'], plan.cohorts[0]?.id]).toEqual(['1.10', '007']);
  });

  it('with durations in any unit that comes out whole', () => {
    const plan = planOf(
      planWith({
        guardRails: rails('minimumNotice: 4 weeks, restoreWindow: 3 days, disableRate: 20/s, margin: 1 week'),
      }),
    );
    expect(plan.guardRails).toMatchObject({
      minimumNoticeDays: 28,
      restoreWindowHours: 72,
      disablePerSecond: 20,
      marginDays: 7,
    });
  });

  it('with a final notice that holds to the hour, and not on a night on which a clock somewhere goes forward', () => {
    const guardRails = rails('finalNotice: 38 hours', '2026-03-01T00:00:00Z');
    const ending = (date: string) =>
      errorsOf(planWith({ guardRails, cohorts: cohorts(cohort('a', "'*'", '100 %', date)) }));
    expect(ending('2026-05-08')).toEqual([]);
    expect(ending('2026-03-29').map(({ given }) => given)).toEqual([
      expect.stringContaining('36 hours before the end of 2026-03-29 in Antarctica/Troll'),
    ]);
  });
});

describe('the example', () => {
  const plan = planOf(EXAMPLE);

  it('retires encrypted chats after 8 May 2026, in four cohorts', () => {
    expect(plan.cohorts.map(({ id, endDate }) => [id, endDate])).toEqual([
      ['pilot', '2026-05-08'],
      ['eea', '2026-05-19'],
      ['rest-first', '2026-05-19'],
      ['rest', '2026-05-26'],
    ]);
    expect(isoInstant(plan.guardRails.closedFrom)).toBe('2026-04-10T00:00:00.000Z');
    expect(plan.alternatives.map(({ name }) => name)).toEqual(['WhatsApp', 'Messenger']);
  });

  it('says everything in all twelve languages', () => {
    const { feature, reason, whatChanges, dataFate, exportInstructions, authenticity } = plan;
    const texts = [feature, reason, whatChanges, dataFate, exportInstructions, authenticity];
    for (const text of [...texts, ...plan.alternatives.map(({ description }) => description)]) {
      expect(Object.keys(text)).toEqual([...LANGUAGES]);
    }
  });

  it('names three days for the data, which is its restore window', () => {
    expect(plan.dataFate['en']).toContain('three days');
    expect(plan.guardRails.restoreWindowHours).toBe(72);
  });

  it('gives every person one cohort', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('NZ', 'DE', 'NO', 'GB', 'US', '', null), (userId, country) =>
        plan.cohorts.includes(cohortOf(plan, { userId, country })),
      ),
    );
  });
});

describe('cohorts that are accepted', () => {
  it('give each share to somebody, and nobody to two', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 0, maxLength: 3 });
    fc.assert(
      fc.property(shares, fc.array(fc.string(), { minLength: 1, maxLength: 20 }), (first, people) => {
        const all = [...first, 100 - first.reduce((sum, share) => sum + share, 0)];
        const plan = planOf(
          planWith({ cohorts: cohorts(...all.map((share, index) => cohort(`c${index}`, "'*'", `${share} %`))) }),
        );
        for (const userId of people) expect(plan.cohorts).toContain(cohortOf(plan, { userId }));
      }),
      { numRuns: 50 },
    );
  });
});

describe('activation', () => {
  const plan = planOf(EXAMPLE);
  const earliestNotice = localInstant(localDate('2026-04-03'), 10, 'Etc/GMT-14');

  it('is possible until a day before the first notice anywhere', () => {
    expect(checkReachable(plan, earliestNotice - DAY - 1)).toEqual([]);
    expect(checkReachable(plan, earliestNotice - DAY).map(({ path }) => path)).toEqual(['cohorts[0].endDate']);
  });

  it('names for each cohort that comes too late the earliest end date that works', () => {
    const now = parseInstant('2026-04-20T12:00:00Z');
    const errors = checkReachable(plan, now);
    expect(errors.map(({ path }) => path)).toEqual([0, 1, 2, 3].map((index) => `cohorts[${index}].endDate`));
    expect(errors[0]).toMatchObject({ line: null, allowed: '2026-05-27 or later' });
    expect(errors[0]?.sentence).toContain('"2026-05-08"');
    const moved = (endDate: string): Plan => ({
      ...plan,
      cohorts: plan.cohorts.map((one) => ({ ...one, endDate: localDate(endDate) })),
    });
    expect(checkReachable(moved('2026-05-27'), now)).toEqual([]);
    expect(checkReachable(moved('2026-05-26'), now)).toHaveLength(4);
  });

  it('says in words how far to move a date, from the instant on at which nobody can be enrolled in time', () => {
    const plan = planOf(MINIMAL);
    const { endDate } = plan.cohorts[0]!;
    const first = Math.max(...plan.stages.map(({ days }) => days));
    const sealed = localInstant(addDays(endDate, -first), plan.sendHour, 'Etc/GMT-14') - DAY;
    expect(checkReachable(plan, sealed - 1)).toEqual([]);
    const sentence = (now: number) => checkReachable(plan, now)[0]?.sentence;
    const why = `its first notice is due ${first} days before, and people must be enrolled a day before that`;
    expect(sentence(sealed)).toBe(
      `cohorts[0].endDate: given "${endDate}" at ${isoInstant(sealed)}; allowed: ${addDays(endDate, 1)} or later; ${why}; move it by at least 1 day`,
    );
    expect(sentence(sealed + DAY)).toBe(
      `cohorts[0].endDate: given "${endDate}" at ${isoInstant(sealed + DAY)}; allowed: ${addDays(endDate, 2)} or later; ${why}; move it by at least 2 days`,
    );
  });

  it('always names a date that works, and none that a day less would do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 * 24 * 60 }), (minutes) => {
        const now = parseInstant('2026-04-03T00:00:00Z') + minutes * MINUTE;
        for (const { allowed } of checkReachable(plan, now)) {
          const named = localDate(allowed.slice(0, 10));
          const only = (endDate: typeof named): Plan => ({
            ...plan,
            cohorts: [{ id: 'a', match: { countries: ['*'], percentage: 100 }, endDate }],
          });
          expect(checkReachable(only(named), now)).toEqual([]);
          expect(checkReachable(only(addDays(named, -1)), now)).toHaveLength(1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the hash of a plan', () => {
  it('does not depend on the order of keys, on comments or on how a value is written', () => {
    const written = EXAMPLE.replace('soak: 24 hours', 'soak: 1 day # a day').replace('sunset: instagram-e2ee\n', '');
    expect(planHash(planOf(`${written}\nsunset: instagram-e2ee\n`))).toBe(planHash(planOf(EXAMPLE)));
    expect(planHash(planOf(EXAMPLE))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is of its JSON with the keys in order, in every version: what was approved stays approved', () => {
    const given = { b: [1, { d: null, c: 'x' }], a: '', e: undefined } as unknown as Plan;
    const text = '{"a":"","b":[1,{"c":"x","d":null}]}';
    expect(planHash(given)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('does not depend on the order in which a plan was put together', () => {
    const plan = planOf(EXAMPLE);
    const backwards = Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan;
    const feature = Object.fromEntries(Object.entries(plan.feature).reverse());
    expect(planHash({ ...backwards, feature })).toBe(planHash(plan));
  });

  it('changes with any value and with the order of lists', () => {
    const hashes = [
      EXAMPLE,
      EXAMPLE.replace('soak: 24 hours', 'soak: 25 hours'),
      EXAMPLE.replace('[NZ, AU]', '[AU, NZ]'),
      EXAMPLE.replace('Few people turn', 'Hardly anybody turns'),
      `${EXAMPLE}\ntexts: { de: { never: Hallo } }\n`,
      `${EXAMPLE}\ntexts: { de: { never: Servus } }\n`,
      `${EXAMPLE}\napprovals: 1\n`,
    ].map((yaml) => planHash(planOf(yaml)));
    expect(new Set(hashes).size).toBe(7);
  });
});
