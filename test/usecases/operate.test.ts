/** What operators decide: letters are recorded before SES has them, and a hold is released only while nothing was missed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Outcomes } from '../../functions/domain/breaker.ts';
import { languagesOf } from '../../functions/domain/language.ts';
import { planHash } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { DAY, HOUR, localDate, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import type { RecordedTemplate, TemplateOffice } from '../../functions/ports.ts';
import { feedback } from '../../functions/usecases/feedback.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { activate, applyPlan, release } from '../../functions/usecases/operate.ts';
import { aPlan, BERLIN, hold, PAGE, PLAN } from '../domain/examples.ts';
import {
  anEvent,
  cutOffAtEveryWrite,
  D1_AT,
  D35,
  D35_AT,
  ENDED,
  onPage,
  rowsOf,
  setCohort,
  startWorld,
  type TestWorld,
} from './world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
});
afterEach(() => world.tables.stop());

/** A plan in English, German and Arabic, so that a test is soon through it. */
const few = (text: Plan['feature']) =>
  Object.fromEntries(Object.entries(text).filter(([language]) => ['en', 'de', 'ar'].includes(language)));
const SMALL = aPlan({ feature: few(PLAN.feature) });
const LETTERS = (PLAN.stages.length + 2) * 3;

type Answer = 'created' | 'there' | 'later';
/** SES's templates, which keep what they were asked, when, and what was recorded of the letter by then. */
function ses(answer: (template: RecordedTemplate, times: number) => Answer = () => 'created') {
  const asked: { name: string; at: number; given: RecordedTemplate; recorded: RecordedTemplate | undefined }[] = [];
  const templates: TemplateOffice = {
    async create(template) {
      const recorded = await world.plan.template(template.name);
      asked.push({ name: template.name, at: world.clock.now(), given: template, recorded });
      return answer(template, asked.filter(({ name }) => name === template.name).length);
    },
  };
  return { asked, templates };
}
/** An active plan is not applied again. */
const rest = async () => world.plan.putSunset({ ...(await world.plan.sunset())!, active: false });
const apply = (plan: Plan, { templates }: { templates: TemplateOffice }, of: TestWorld = world) =>
  applyPlan({ clock: of.clock, plan: of.plan, office: of.plan, templates }, plan);

describe('applying a plan', () => {
  beforeEach(rest);

  it('records each letter before SES gets it, in every language of the plan', async () => {
    const office = ses();
    await apply(SMALL, office);
    expect(languagesOf(SMALL)).toEqual(['en', 'ar', 'de']);
    expect(office.asked).toHaveLength(LETTERS);
    for (const { name, given: letter, recorded } of office.asked) {
      expect(recorded).toEqual(letter);
      expect(name).toBe(`${SMALL.sunset}-${letter.stage}-${letter.language}-${letter.hash.slice(0, 12)}`);
      expect([letter.subject, letter.html, letter.text].every((part) => part.length > 10)).toBe(true);
    }
  });

  it('names to the sunset exactly the letters that it has brought, and leaves it inactive', async () => {
    const office = ses();
    const hash = await apply(SMALL, office);
    expect(hash).toBe(planHash(SMALL));
    const sunset = (await world.plan.sunset())!;
    expect(sunset).toMatchObject({ hash, active: false, plan: SMALL });
    expect(Object.values(sunset.templates).toSorted()).toEqual(office.asked.map(({ name }) => name).toSorted());
    expect((await world.plan.template(sunset.templates['d35/ar'] ?? ''))?.html).toContain('dir="rtl"');
  });

  it('waits a second after each new one: SES takes no more', async () => {
    const office = ses();
    await apply(SMALL, office);
    const waits = office.asked.slice(1).map(({ at }, before) => at - (office.asked[before]?.at ?? 0));
    expect(Math.min(...waits)).toBe(1000);
    expect(world.clock.now() - D35_AT).toBe(LETTERS * 1000);
  });

  it('waits for none that is there: applied again it takes no time, and says the same', async () => {
    const hash = await apply(SMALL, ses());
    const before = world.clock.now();
    const rows = await rowsOf(world, world.tables.plan);
    const again = ses(() => 'there');
    expect(await apply(SMALL, again)).toBe(hash);
    expect(again.asked).toHaveLength(LETTERS);
    expect(world.clock.now()).toBe(before);
    expect(await rowsOf(world, world.tables.plan)).toEqual(rows);
  });

  it('goes on where SES asks for patience, a second later, with the same letter', async () => {
    const office = ses((_, times) => (times < 4 ? 'later' : 'created'));
    await apply(SMALL, office);
    const [first, second, third, fourth, next] = office.asked;
    expect(new Set([first, second, third, fourth].map((each) => each?.name)).size).toBe(1);
    expect(next?.name).not.toBe(first?.name);
    expect([second, third, fourth].map((each) => (each?.at ?? 0) - D35_AT)).toEqual([1000, 2000, 3000]);
    expect(new Set(office.asked.map(({ name }) => name)).size).toBe(LETTERS);
    expect((await world.plan.sunset())?.hash).toBe(planHash(SMALL));
  });

  it('gives up where SES asks for patience without end, names the letter, and changes no sunset', async () => {
    const office = ses(() => 'later');
    await expect(apply(SMALL, office)).rejects.toThrow(/^SES has put off template instagram-e2ee-d35-en-\w+ 60 times/);
    expect(office.asked).toHaveLength(60);
    expect((await world.plan.sunset())?.hash).toBe('hash-1');
  });

  it('is refused while another plan is active, before anything is written', async () => {
    await world.plan.putSunset({ ...(await world.plan.sunset())!, active: true });
    const rows = await rowsOf(world, world.tables.plan);
    const office = ses();
    await expect(apply(SMALL, office)).rejects.toThrow('is active');
    expect(office.asked).toEqual([]);
    expect(await rowsOf(world, world.tables.plan)).toEqual(rows);
  });

  it('comes to the same wherever it is cut off and done again', { timeout: 60_000 }, async () => {
    const small = { ...SMALL, stages: SMALL.stages.slice(0, 1), feature: { en: 'chats' } };
    const outcomes = await cutOffAtEveryWrite(
      async () => {
        await world.tables.stop();
        world = await startWorld({ at: D35_AT });
        await rest();
        return world;
      },
      async (mortal, immortal) => {
        const made = new Set<string>();
        const office = ses(({ name }) => (made.has(name) ? 'there' : (made.add(name), 'created')));
        await apply(small, office, mortal).catch(() => {});
        await apply(small, office, immortal);
        for (const { given, recorded } of office.asked) expect(recorded).toEqual(given);
        return { rows: await rowsOf(immortal, immortal.tables.plan), made: [...made] };
      },
    );
    expect(outcomes.length).toBeGreaterThan(3);
    for (const each of outcomes) expect(each).toEqual(outcomes.at(-1));
  });
});

describe('texts of a plan that replace ours', () => {
  beforeEach(rest);
  const withTexts = (texts: Plan['texts']) => ({ ...SMALL, texts });

  it('stand in the letters of their language, and in no other', async () => {
    const own = { 'first.subject': 'Bald, am {endDay}: {feature}', 'first.lead': 'Lies <b>das</b> hier.' };
    await apply(withTexts({ de: own }), ses());
    const { templates } = (await world.plan.sunset())!;
    const letter = async (name: string) => (await world.plan.template(templates[name] ?? ''))!;
    const { subject, html, text } = await letter('d35/de');
    expect(subject).toBe(`Bald, am {{endDay}}: ${PLAN.feature['de']}`);
    expect(html).toContain('Lies &lt;b&gt;das&lt;/b&gt; hier.');
    expect(text).toContain('Lies <b>das</b> hier.');
    for (const other of ['d35/en', 'd35/ar', 'd1/de', 'moved/de'])
      expect(/Bald, am|Lies &lt;|Lies </.test(JSON.stringify(await letter(other)))).toBe(false);
  });

  it('make another letter of it, by another name: what was sent before stays what it was', async () => {
    const text = 'Only until {endDay}: {feature}';
    await apply(SMALL, ses());
    const before = (await world.plan.sunset())!.templates;
    const rows = await Promise.all(Object.values(before).map((name) => world.plan.template(name)));
    await apply(withTexts({ en: { 'first.subject': text } }), ses());
    const after = (await world.plan.sunset())!.templates;
    const changed = Object.keys(after).filter((key) => after[key] !== before[key]);
    expect(changed).toEqual(['d35/en']);
    expect(await Promise.all(Object.values(before).map((name) => world.plan.template(name)))).toEqual(rows);
  });

  it.each<[string, Plan['texts'], readonly string[]]>([
    ['a key that we do not have', { en: { 'first.subjekt': 'x' } }, ['texts.en.first.subjekt', '"first.subject"']],
    [
      'a language that the plan does not speak',
      { fr: { 'first.subject': '{feature} {endDay}' } },
      ['texts.fr', 'en, ar, de'],
    ],
    ['a language that is none', { constructor: { 'first.subject': 'x' } }, ['texts.constructor']],
    ['a placeholder too many', { en: { 'first.lead': '{link}' } }, ['texts.en.first.lead', '{link}', 'no placeholder']],
    [
      'a placeholder that is missing',
      { en: { 'first.subject': '{feature}' } },
      ['texts.en.first.subject', '{endDay} {feature}'],
    ],
    ['a placeholder that is none', { de: { 'first.subject': '{feature} {tag}' } }, ['texts.de.first.subject', '{tag}']],
    ['a plural form that the language has not', { de: { 'count.few': '{chats}' } }, ['texts.de.count.few']],
  ])('are refused with %s, which is named, before anything is written', async (_, texts, named) => {
    const rows = await rowsOf(world, world.tables.plan);
    const office = ses();
    const error = await apply(withTexts(texts), office).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    for (const each of named) expect((error as Error).message).toContain(each);
    expect(office.asked).toEqual([]);
    expect(await rowsOf(world, world.tables.plan)).toEqual(rows);
  });

  it('are refused all at once, with a sentence for each that is wrong', async () => {
    const error = await apply(withTexts({ en: { nothing: 'x', 'first.subject': 'x' }, xx: {} }), ses()).catch(
      (thrown: Error) => thrown,
    );
    expect((error as Error).message.split('\n')).toHaveLength(3);
  });
});

describe('a plan that was applied', () => {
  it('is what is sent, once it is active: the letter that was recorded, with values that were claimed', async () => {
    await rest();
    const hash = await apply(SMALL, ses());
    const { templates } = (await world.plan.sunset())!;
    await onPage(world, ['ana']);
    world.clock.set(D35_AT);
    await notify(world, { page: PAGE, notice: D35 });
    expect(world.mailer.calls).toEqual([]);
    await activate({ plan: world.plan, office: world.plan }, hash, D35_AT);
    await notify(world, { page: PAGE, notice: D35 });
    const [call] = world.mailer.calls;
    expect(call?.template).toBe(templates['d35/de']);
    const letter = (await world.plan.template(call?.template ?? ''))!;
    const values = new Set(Object.keys(call?.values[0] ?? {}));
    const asked = [...`${letter.subject}${letter.html}${letter.text}`.matchAll(/\{\{(?:#if )?(\w+)\}\}/g)];
    for (const [, name = ''] of asked) expect(values).toContain(name);
  });

  it('is activated by its hash only: another content needs another approval (promise 12)', async () => {
    await rest();
    await apply(SMALL, ses());
    await expect(activate({ plan: world.plan, office: world.plan }, 'another', D35_AT)).rejects.toThrow(
      'apply it again',
    );
    expect((await world.plan.sunset())?.active).toBe(false);
  });
});

describe('releasing a hold (promise 6)', () => {
  const releaseIt = (id = 'eea', now = world.clock.now()) => release({ plan: world.plan, office: world.plan }, id, now);
  const cohort = async () => (await world.plan.cohort('eea'))!;
  const counted = () => world.plan.countOutcomes('eea', D35, { delivered: 0 });
  const heldSince = async (since: number) => {
    await setCohort(world, 'eea', { hold: null });
    await world.plan.hold('eea', { ...hold, since });
  };

  it('takes it away, so that people are mailed again, and begins to count anew', async () => {
    await onPage(world, ['ana']);
    await world.plan.countOutcomes('eea', D35, { delivered: 900, bounced: 90, failed: 9 });
    await heldSince(D35_AT);
    await notify(world, { page: PAGE, notice: D35 });
    expect(world.mailer.calls).toEqual([]);
    expect(await releaseIt()).toBe(true);
    expect((await cohort()).hold).toBeNull();
    const none: Outcomes = { delivered: 0, bounced: 0, complained: 0, suppressed: 0, failed: 0, softBounced: 0 };
    expect(await counted()).toEqual(none);
    await notify(world, { page: PAGE, notice: D35 });
    expect(world.mailer.calls).toHaveLength(1);
  });

  it('begins anew for the breaker that had set it: one more outcome does not set it again', async () => {
    const people = Array.from({ length: 20 }, (_, at) => `p${at}`);
    const breakers = { minimumSample: 10, bounces: 30, complaints: 30, suppressed: 30, failures: 30, softBounces: 20 };
    await world.tables.stop();
    world = await startWorld({ at: D35_AT, plan: aPlan({}, { breakers }) });
    await onPage(world, people);
    const bounces = people.map((userId) => anEvent('Bounce', userId, { bounceType: 'Permanent' }));
    await feedback(world, bounces.slice(0, 10));
    expect((await cohort()).hold?.who).toBe('breaker');
    expect(await releaseIt()).toBe(true);
    await feedback(world, bounces.slice(10, 19));
    expect((await cohort()).hold).toBeNull();
    await feedback(world, bounces.slice(19));
    expect((await cohort()).hold?.why).toContain('bounced: 10 of 10');
  });

  it('changes nothing and says no where there is none, nor a second time', async () => {
    await world.plan.countOutcomes('eea', D35, { bounced: 5 });
    const before = await cohort();
    expect(await releaseIt()).toBe(false);
    expect([await cohort(), (await counted()).bounced]).toEqual([before, 5]);
    await heldSince(D35_AT);
    expect(await releaseIt()).toBe(true);
    expect(await releaseIt()).toBe(false);
  });

  it('is an error of a cohort that is not there', async () => {
    await expect(releaseIt('nobody')).rejects.toThrow('there is no cohort nobody');
  });

  it('leaves every other cohort’s hold', async () => {
    await heldSince(D35_AT);
    await world.plan.hold('pilot', hold);
    await releaseIt();
    expect((await world.plan.cohort('pilot'))?.hold).toEqual(hold);
  });

  /** The last notice is due first where the day begins first. */
  const FIRST_D1 = parseInstant('2026-05-18T10:00:00+14:00');
  it.each([
    ['it was over before the last notice was due anywhere', FIRST_D1 - 5 * DAY, FIRST_D1 - 1],
    ['it began after the day was over everywhere', ENDED, ENDED + 30 * DAY],
  ])('is done where %s', async (_, since, now) => {
    await heldSince(since);
    expect(await releaseIt('eea', now)).toBe(true);
    expect((await cohort()).hold).toBeNull();
  });

  it.each([
    ['the last notice fell due in it', FIRST_D1 - 5 * DAY, FIRST_D1],
    ['the last notice and the end fell into it', D1_AT - HOUR, ENDED + DAY],
    ['it began between the two', D1_AT + HOUR, D1_AT + 2 * HOUR],
    ['it began a moment before the day was over everywhere', ENDED - MINUTE, ENDED + DAY],
  ])('is refused, with a sentence, where %s', async (_, since, now) => {
    await heldSince(since);
    await world.plan.countOutcomes('eea', D35, { bounced: 5 });
    const before = await cohort();
    await expect(releaseIt('eea', now)).rejects.toThrow(
      'cohort eea was held while d1@2026-05-19 fell due: the date has to be moved before it is released',
    );
    expect([await cohort(), (await counted()).bounced]).toEqual([before, 5]);
  });

  it('is refused by the cohort’s present date, not by the plan’s', async () => {
    await setCohort(world, 'eea', { endDate: localDate('2026-06-30') });
    await heldSince(FIRST_D1 - DAY);
    expect(await releaseIt('eea', ENDED)).toBe(true);
  });

  /** Somebody was given until 21 June; their last notice is due the day before. */
  const later = (id: string) => world.plan.createGroup(`${id}~${BERLIN}~2026-06-21`);
  const LATER_D1 = parseInstant('2026-06-20T10:00:00+14:00');

  it('is refused where the last notice of a later group of the cohort fell due in it, which is named', async () => {
    await later('eea');
    await heldSince(ENDED);
    expect(await releaseIt('eea', LATER_D1 - 1)).toBe(true);
    await heldSince(ENDED);
    await expect(releaseIt('eea', LATER_D1)).rejects.toThrow('cohort eea was held while d1@2026-06-21 fell due');
    expect((await cohort()).hold).toEqual({ ...hold, since: ENDED });
  });

  it('is done where it was a later group of another cohort', async () => {
    await later('pilot');
    await heldSince(ENDED);
    expect(await releaseIt('eea', LATER_D1)).toBe(true);
  });

  it('comes to the same wherever it is cut off and done again', { timeout: 60_000 }, async () => {
    const outcomes = await cutOffAtEveryWrite(
      async () => {
        const begun = await startWorld({ at: D35_AT });
        await begun.plan.countOutcomes('eea', D35, { bounced: 5 });
        await begun.plan.hold('eea', hold);
        return begun;
      },
      async (mortal, immortal) => {
        await release({ plan: mortal.plan, office: mortal.plan }, 'eea', D35_AT).catch(() => {});
        await release({ plan: immortal.plan, office: immortal.plan }, 'eea', D35_AT);
        const { hold: held, version } = (await immortal.plan.cohort('eea'))!;
        return { held, version, counted: await immortal.plan.countOutcomes('eea', D35, { delivered: 0 }) };
      },
    );
    expect(outcomes.length).toBeGreaterThan(1);
    for (const each of outcomes) expect(each).toMatchObject({ held: null, version: 3, counted: { bounced: 0 } });
  });
});
