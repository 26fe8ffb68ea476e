/**
 * What operators, people and events bring is text, whatever it looks like: it never becomes markup, a variable, a header
 * or another line of a log. A hundred thousand generated cases; whoever wants more sets HOSTILE_CASES.
 */
import type { SendBulkTemplatedEmailCommandInput, SESClient } from '@aws-sdk/client-ses';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { renderer } from '../../bin/local/cloud/rendering.ts';
import { createMailer } from '../../functions/adapters/mailer.ts';
import { FeedbackMessage, SignalMessage } from '../../functions/contracts/messages.ts';
import { isAddress } from '../../functions/domain/address.ts';
import { cohortOf } from '../../functions/domain/cohort.ts';
import { groupFor, groupId } from '../../functions/domain/group.ts';
import { type Language, languageOf, LANGUAGES } from '../../functions/domain/language.ts';
import { linkExpiry, linkKey, openLink, sealLink } from '../../functions/domain/link.ts';
import { parsePlan } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { isPrintable } from '../../functions/domain/printable.ts';
import { tagOfId } from '../../functions/domain/tags.ts';
import { isZone, parseInstant } from '../../functions/domain/time.ts';
import { choicesPage, voidPage } from '../../functions/mail/page.ts';
import { templateOf } from '../../functions/mail/templates.ts';
import { sharedValues, valuesOf } from '../../functions/mail/values.ts';
import type { Log, World } from '../../functions/ports.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { preferences } from '../../functions/usecases/preferences.ts';
import { takeSignal } from '../../functions/usecases/signals.ts';
import { aPlan, aProfile, END, PLAN } from '../domain/examples.ts';

const CASES = Number(process.env['HOSTILE_CASES'] ?? 100_000);
/** A share of all cases, and the seed, so that a failure can be had again. */
const runs = (share: number) => ({ numRuns: Math.ceil(CASES * share), seed: Number(process.env['SEED'] ?? 8052026) });
const PATIENCE = 300_000;
const NOW = parseInstant('2026-04-20T12:00:00Z');
const KEY = linkKey(Buffer.alloc(32, 7));

const hostile: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onclick='x",
        '</title></head>',
        '<!--',
        '&lt;b&gt;',
        '&#x3C;',
        '{{endDate}}',
        '{{{link}}}',
        '{{#if chats_one}}',
        '{{/if}}',
        '{{> partial}}',
        '{',
        '}',
        '\\',
        '{feature}',
        '[[first.lead]]',
        '[[#alternatives]]',
        '$&',
        '$1',
        '\r\nBcc: eve@example.com\r\n',
        '\n',
        '\u2028',
        '\0',
        '\u001b[31m',
        '\u202Egnp.exe',
        '\u2066',
        '\u200F',
        '\ud800',
        '\udfff',
        'javascript:alert(1)',
        'data:text/html,x',
        'https://evil.example.com',
        '=?UTF-8?B?eA==?=',
        '__proto__',
        'constructor',
        'eve@example.com',
        '%0d%0a',
        '✓ plain',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('<b>', '{{', '\u202E', 'x').map((part) => part.repeat(10_240 / part.length)),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');

/** A plan with one text replaced, past everything that its file would refuse. */
const FIELDS: Readonly<Record<string, (text: string) => Partial<Plan>>> = {
  feature: (text) => ({ feature: everywhere(text) }),
  reason: (text) => ({ reason: everywhere(text) }),
  whatChanges: (text) => ({ whatChanges: everywhere(text) }),
  dataFate: (text) => ({ dataFate: everywhere(text) }),
  exportInstructions: (text) => ({ exportInstructions: everywhere(text) }),
  authenticity: (text) => ({ authenticity: everywhere(text) }),
  'alternative name': (text) => ({ alternatives: [{ name: text, description: everywhere('x') }, OTHER] }),
  'alternative description': (text) => ({ alternatives: [{ name: 'x', description: everywhere(text) }, OTHER] }),
  'support.url': (text) => ({ support: { ...PLAN.support, url: `https://example.com/${text}` } }),
  'support.email': (text) => ({ support: { ...PLAN.support, email: text } }),
  'sender.name': (text) => ({ sender: { ...PLAN.sender, name: text } }),
  'sender.address': (text) => ({ sender: { ...PLAN.sender, address: text } }),
  'sender.postalAddress': (text) => ({ sender: { ...PLAN.sender, postalAddress: text } }),
};
const OTHER = { name: 'Other', description: everywhere('y') };
function everywhere(text: string): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, text]));
}
const field = fc.constantFrom(...Object.keys(FIELDS));
const stage = fc.constantFrom('d35', 'd14', 'd7', 'd1', 'moved', 'done');
const language = fc.constantFrom(...LANGUAGES);
const planWith = (name: string, text: string) => aPlan(FIELDS[name]?.(text) ?? {});

/** What a browser would act on: tags in order, each with the names of its attributes, all of whose values are in quotes. */
function structure(html: string): string {
  return [...html.replaceAll('<br/>', '').matchAll(/<(!--|\/?[a-z!][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>?/gi)]
    .map(([, tag, attributes = '']) => `${tag} ${attributes.replaceAll(/="[^"]*"/g, '=')}`)
    .join('\n');
}
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
const variables = (part: string) => part.match(/\{\{.*?\}\}/g)?.join(' ') ?? '';
/** Braces that are no variable of ours; those of the style sheet are. */
const strayBraces = (part: string) =>
  part
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/\{\{(#if |\/)?\w+\}\}/g, '')
    .match(/[{}\\]/g) ?? [];

const baselines = new Map<string, { html: string; variables: string[] }>();
function baseline(plan: Plan, stageName: string, own: Language) {
  // Of the same number of alternatives, with texts that are none but text.
  const key = `${stageName} ${own} ${plan.alternatives.length}`;
  const known = baselines.get(key);
  if (known !== undefined) return known;
  const { html, text, subject } = templateOf(
    aPlan({ alternatives: [OTHER, OTHER].slice(0, plan.alternatives.length) }),
    stageName,
    own,
  );
  const made = { html: structure(html), variables: [html, text, subject].map(variables) };
  baselines.set(key, made);
  return made;
}

describe('a plan', () => {
  it('writes text into letters: no markup, no variable, no line in the subject', { timeout: PATIENCE }, () => {
    fc.assert(
      fc.property(field, hostile, stage, language, (name, text, stageName, own) => {
        const plan = planWith(name, text);
        const { html, text: plain, subject } = templateOf(plan, stageName, own);
        const clean = baseline(plan, stageName, own);
        expect(structure(html)).toBe(clean.html);
        expect([html, plain, subject].map(variables)).toEqual(clean.variables);
        for (const part of [html, plain, subject]) {
          expect(strayBraces(part)).toEqual([]);
          expect(isPrintable(part)).toBe(true);
        }
        expect(subject).not.toMatch(/[\r\n\t]/);
        for (const href of hrefs(html)) expect(href).toMatch(/^(\{\{link\}\}$|https:\/\/example\.com\/)/);
      }),
      runs(0.5),
    );
  });

  it('is rendered by SES as it was written', { timeout: PATIENCE }, () => {
    fc.assert(
      fc.property(field, hostile, stage, (name, text, stageName) => {
        const template = templateOf(planWith(name, text), stageName, 'en');
        const values = valuesOf('en', { ...ABOUT, locale: 'en-GB', zone: 'Europe/London' });
        const mail = renderer(template)({ ...sharedValues('en', END), ...values });
        expect(structure(mail.html)).toBe(baseline(planWith(name, text), stageName, 'en').html);
        expect(strayBraces(mail.html) + strayBraces(mail.text).join('')).toEqual('');
      }),
      runs(0.005),
    );
  });

  it('writes text into the page', { timeout: PATIENCE }, () => {
    const shown = (plan: Plan, own: Language) =>
      choicesPage({
        plan,
        language: own,
        locale: own,
        endDate: END,
        zone: 'Europe/Berlin',
        over: false,
        choices: { saved: 'open', stopped: 'taken', 'more-time': 'open' },
        newDate: END,
        late: true,
      });
    const clean = new Map(LANGUAGES.map((own) => [own, [shown(PLAN, own), voidPage(PLAN, own)].map(structure)]));
    fc.assert(
      fc.property(field, hostile, language, (name, text, own) => {
        const plan = planWith(name, text);
        const pages = [shown(plan, own), voidPage(plan, own)];
        expect(pages.map(structure)).toEqual(clean.get(own));
        for (const html of pages) {
          expect(isPrintable(html)).toBe(true);
          for (const href of hrefs(html)) expect(href).toMatch(/^https:\/\/example\.com\//);
        }
      }),
      runs(0.15),
    );
  });

  it(
    'as a file: is refused with a sentence of one printable line, or holds printable text only',
    { timeout: PATIENCE },
    () => {
      const file = (path: readonly string[], text: string) => {
        const plan: Record<string, any> = structuredClone(SMALL);
        let at = plan;
        for (const key of path.slice(0, -1)) at = at[key] as Record<string, any>;
        at[path.at(-1) ?? ''] = text;
        return stringify(plan);
      };
      let [refused, taken] = [0, 0];
      fc.assert(
        fc.property(fc.constantFrom(...PATHS), hostile, (path, text) => {
          const result = parsePlan(file(path, text));
          if ('errors' in result) {
            refused += 1;
            for (const { sentence } of result.errors) {
              expect(sentence).toMatch(/^[^\r\n]{1,2000}$/);
              expect(isPrintable(sentence)).toBe(true);
            }
          } else {
            taken += 1;
            const { html } = templateOf(result.plan, 'd35', 'en');
            expect(structure(html)).toBe(baseline(result.plan, 'd35', 'en').html);
            expect(isPrintable(JSON.stringify(result.plan))).toBe(true);
          }
        }),
        runs(0.01),
      );
      expect([refused > 0, taken > 0]).toEqual([true, true]);
    },
  );

  it('puts one sender into the header, on one line', { timeout: PATIENCE }, async () => {
    const inputs: SendBulkTemplatedEmailCommandInput[] = [];
    const client = {
      send: async ({ input }: { input: SendBulkTemplatedEmailCommandInput }) => {
        inputs.push(input);
        return { Status: [{ Status: 'Success' }] };
      },
    } as unknown as SESClient;
    const mailer = createMailer(client, 'set');
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const letters = [{ address: 'ana@example.com', userId: name, values: {} }];
        const sender = { ...PLAN.sender, name };
        await mailer.send({ template: 't', page: name, notice: 'd35@2026-05-19', sender, shared: {}, letters });
        const { Source = '', DefaultTags = [], Destinations = [] } = inputs.pop() ?? {};
        expect(Source).toMatch(
          /^("[\x20-\x21\x23-\x5b\x5d-\x7e]*"|(=\?UTF-8\?B\?[\w+/=]*\?=)( =\?UTF-8\?B\?[\w+/=]*\?=)*) <notices@example\.com>$/,
        );
        for (const { Value } of [...DefaultTags, ...(Destinations[0]?.ReplacementTags ?? [])])
          expect(Value).toMatch(/^[\w-]{1,256}$/);
      }),
      runs(0.05),
    );
  });
});

const ABOUT = { endDate: END, link: 'https://notices.example.com/p/token', counts: { chats: 4, disabled: 3, kept: 1 } };
const SMALL = {
  sunset: 'small',
  feature: 'chats',
  reason: 'reason',
  whatChanges: 'changes',
  dataFate: 'fate',
  exportInstructions: 'save',
  authenticity: 'check',
  alternatives: [{ name: 'Other', description: 'y' }],
  support: { url: 'https://example.com/help', email: 'help@example.com' },
  sender: { name: 'Us', address: 'us@example.com', replyTo: 'help@example.com', postalAddress: '1 Street' },
  cohorts: [{ id: 'all', match: { countries: '*' }, endDate: '2026-05-19' }],
  texts: { en: { 'first.lead': 'Lead.' } },
  guardRails: { closedFrom: '2026-04-10T00:00:00Z' },
};
const PATHS: readonly (readonly string[])[] = [
  ['sunset'],
  ['feature'],
  ['reason'],
  ['whatChanges'],
  ['dataFate'],
  ['exportInstructions'],
  ['authenticity'],
  ['alternatives', '0', 'name'],
  ['alternatives', '0', 'description'],
  ['support', 'url'],
  ['support', 'email'],
  ['sender', 'name'],
  ['sender', 'address'],
  ['sender', 'replyTo'],
  ['sender', 'postalAddress'],
  ['cohorts', '0', 'id'],
  ['cohorts', '0', 'match', 'countries'],
  ['cohorts', '0', 'endDate'],
  ['texts', 'en', 'first.lead'],
  ['timeZone'],
  ['guardRails', 'closedFrom'],
];

it('a profile chooses among what there is, and brings nothing of its own', { timeout: PATIENCE }, () => {
  fc.assert(
    fc.property(hostile, language, stage, (text, own, stageName) => {
      const profile = aProfile({ userId: text, locale: text, timeZone: text, country: text, email: text });
      expect(LANGUAGES).toContain(languageOf(profile.locale, LANGUAGES));
      expect(PLAN.cohorts.map(({ id }) => id)).toContain(cohortOf(PLAN, profile).id);
      const group = groupId(groupFor(PLAN, { id: 'eea', endDate: END }, profile.timeZone, NOW));
      expect(group).toMatch(/^eea~[\w+/-]*\??~/);
      const values = valuesOf(own, { ...ABOUT, locale: text, zone: isZone(text) ? text : 'UTC' });
      for (const value of Object.values(values)) expect(value).not.toMatch(/[<>&"'{}\\]/);
      for (const value of Object.values(values)) expect(isPrintable(value)).toBe(true);
      expect(Object.keys(values).length).toBeGreaterThan(stageName.length > 0 ? 3 : 0);
      if (isAddress(text)) expect(text).toMatch(/^[!-~]+@[A-Za-z0-9.-]+$/);
      expect(tagOfId(text)).toMatch(/^[\w-]{1,256}$/);
      const token = sealLink(KEY, { sunset: 'x', userId: text, expires: linkExpiry(END) });
      expect(token).toMatch(/^[\w-]+$/);
      expect(text.length > 5 && token.includes(text)).toBe(false);
    }),
    runs(0.1),
  );
});

describe('an event', () => {
  const lines: unknown[] = [];
  const log: Log = { info: (...line) => void lines.push(line), warn: (...line) => void lines.push(line) };
  const sunset = { plan: PLAN, hash: 'hash', active: true, templates: {} };
  const queued: unknown[] = [];
  /** Nobody is a member. What a use case must not reach here throws. */
  const world = {
    clock: { now: () => NOW, waitUntil: async () => {} },
    log,
    plan: { sunset: async () => sunset, cohorts: async () => [] },
    ledger: { members: async () => new Map(), addFacts: async () => undefined, page: async () => undefined },
    platform: { users: async () => new Map() },
    links: { base: '', key: async () => KEY },
    queues: { signals: async (messages: readonly unknown[]) => void queued.push(...messages) },
  } as unknown as World;
  /** Part of what was given, long enough not to stand in a line by chance. */
  const told = (text: string) => text.length > 8 && JSON.stringify(lines).includes(JSON.stringify(text).slice(1, -1));

  it('of SES leaves nothing of itself in a log line', { timeout: PATIENCE }, async () => {
    await fc.assert(
      fc.asyncProperty(
        hostile,
        fc.constantFrom('type', 'person', 'page', 'notice', 'bounceType', 'id'),
        async (text, where) => {
          lines.length = 0;
          const tags = { person: ['YW5h'], page: ['cGFnZQ'], notice: ['d35_2026-05-19'] };
          const message = {
            id: 'x',
            time: '2026-04-20T12:00:00Z',
            type: 'Bounce',
            bounceType: 'Permanent',
            tags: where in tags ? { ...tags, [where]: [text] } : tags,
            ...(where in tags ? {} : { [where]: text }),
          };
          expect(await feedback(world, [v.parse(FeedbackMessage, message)])).toEqual([null]);
          expect(told(text)).toBe(false);
        },
      ),
      runs(0.07),
    );
  });

  it('of the platform is refused, or taken as what it says', { timeout: PATIENCE }, async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom('userId', 'signal', 'notice', 'at'), async (text, where) => {
        lines.length = 0;
        const given = { userId: 'ana', signal: 'seen', notice: 'd35@2026-05-19', at: '2026-04-20T12:00:00Z' };
        const message = v.safeParse(SignalMessage, { ...given, [where]: text });
        if (message.success) await takeSignal(world, message.output);
        expect(told(text)).toBe(false);
      }),
      runs(0.065),
    );
  });

  it('of a browser gets the page for links that are none, whatever it sends', { timeout: PATIENCE }, async () => {
    const nothing = voidPage(PLAN, 'en');
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom('GET', 'HEAD', 'POST'), async (text, method) => {
        const answer = await preferences(world, {
          method,
          token: text,
          choice: text,
          languages: `${text.slice(0, 1)}`,
        });
        expect([answer.status, structure(answer.html)]).toEqual([404, structure(nothing)]);
        expect(text.length > 8 && answer.html.includes(text)).toBe(false);
        expect(queued).toEqual([]);
      }),
      runs(0.05),
    );
  });
});

describe('these checks can fail:', () => {
  it('markup that was not escaped changes the structure', () => {
    const { html } = templateOf(PLAN, 'd35', 'en');
    expect(structure(html.replace('There is no hurry', '<b>hurry</b>'))).not.toBe(structure(html));
    expect(structure(html.replace('href="https:', 'onclick="x" href="https:'))).not.toBe(structure(html));
  });

  it('a variable that was not neutralised is seen', () => {
    const { html } = templateOf(PLAN, 'd35', 'en');
    const broken = html.replace('There is no hurry', '{{secret}}');
    expect(variables(broken)).not.toBe(variables(html));
    expect(strayBraces(html.replace('There is no hurry', '{'))).toEqual(['{']);
  });
});

it('all of it together is a hundred thousand cases', () => {
  const shares = [0.5, 0.005, 0.15, 0.01, 0.05, 0.1, 0.07, 0.065, 0.05];
  expect(Math.round(shares.reduce((sum, share) => sum + share, 0) * 1000)).toBe(1000);
});

// A token of somebody is what opens a page; the fakes above know nobody.
it('a whole token of nobody is no link either', () => {
  const token = sealLink(KEY, { sunset: PLAN.sunset, userId: 'nobody', expires: linkExpiry(END) });
  expect(openLink(KEY, { sunset: PLAN.sunset, token, now: NOW })).toEqual({ userId: 'nobody' });
});
