/** How a sunset begins: letters are recorded before SES has them, and a plan is activated by its hash. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { languagesOf } from '../../functions/domain/language.ts';
import { planHash } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import type { RecordedTemplate, TemplateOffice } from '../../functions/ports.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { activate, applyPlan } from '../../functions/usecases/operate.ts';
import { aPlan, PAGE, PLAN } from '../domain/examples.ts';
import { cutOffAtEveryWrite, D35, D35_AT, onPage, rowsOf, startWorld, type TestWorld } from './world.ts';

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
