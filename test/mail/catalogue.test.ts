/**
 * What we say, in twelve languages: each catalogue is whole, holds no sign that SES, HTML or a header would follow, and
 * speaks of tomorrow only where it is true. This test is what fails the build.
 */
import { describe, expect, it } from 'vitest';

import { type Language, LANGUAGES } from '../../functions/domain/language.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import {
  type Catalogue,
  CATALOGUES,
  catalogueErrors,
  checkCatalogues,
  checkTexts,
  placeholdersOf,
  textOf,
  textsOf,
} from '../../functions/mail/catalogue.ts';
import { aPlan, PLAN } from '../domain/examples.ts';

/** The language's catalogue with some texts changed; undefined takes one out. */
function changed(language: Language, changes: Readonly<Record<string, string | undefined>>): Catalogue {
  const texts = Object.entries({ ...CATALOGUES[language], ...changes });
  return Object.fromEntries(texts.filter((each): each is [string, string] => each[1] !== undefined));
}

it('every catalogue is whole', () => expect(checkCatalogues).not.toThrow());

describe('a catalogue is not whole', () => {
  it.each<[string, Language, Record<string, string | undefined>, string]>([
    ['without a key', 'de', { never: undefined }, 'de: never is missing'],
    ['with a key too many', 'tr', { newest: 'Yeni' }, 'tr: newest is no key of a catalogue'],
    [
      'without a placeholder',
      'ja',
      { 'footer.help': 'ヘルプ {supportUrl}' },
      'ja: footer.help has {supportUrl}; allowed: {supportEmail} {supportUrl}',
    ],
    [
      'with a placeholder too many',
      'es',
      { 'first.lead': 'Hola, {feature}' },
      'es: first.lead has {feature}; allowed: no placeholder',
    ],
    [
      'with another placeholder',
      'ko',
      { 'soon.subject': '{feature}: {endDate}' },
      'ko: soon.subject has {endDate} {feature}; allowed: {endDay} {feature}',
    ],
    [
      'with a placeholder twice',
      'it',
      { 'done.todo': '{supportEmail} o {supportEmail}' },
      'it: done.todo has {supportEmail} {supportEmail}; allowed: {supportEmail}',
    ],
    [
      'with a placeholder that is not closed',
      'id',
      { 'done.todo': 'Tulis ke {supportEmail' },
      'id: done.todo has no placeholder; allowed: {supportEmail}',
    ],
    [
      'with a plural form that the language does not have',
      'de',
      { 'count.few': '{chats} Chats' },
      'de: count.few is no key of a catalogue',
    ],
    ['without a plural form that it has', 'ar', { 'count.few': undefined }, 'ar: count.few is missing'],
    [
      'without the number in a form that stands for none and for one',
      'fr',
      { 'count.one': 'Une de vos discussions est concernée.' },
      'fr: count.one has no placeholder; allowed: {chats}',
    ],
    [
      'without the number in a form that stands for many',
      'ar',
      { 'done.disabled.few': 'دردشات {senderName}' },
      'ar: done.disabled.few has {senderName}; allowed: {disabled} {senderName}',
    ],
  ])('%s', (_, language, changes, sentence) => {
    expect(catalogueErrors(language, changed(language, changes))).toEqual([sentence]);
  });

  it('and hears of everything at once', () => {
    const errors = catalogueErrors('de', changed('de', { never: undefined, day: 'heute', extra: 'mehr' }));
    expect(errors).toHaveLength(3);
  });

  it('where another language’s texts stand in its place, with other plural forms', () => {
    expect(catalogueErrors('ar', CATALOGUES.en)).toContain('ar: done.kept.two is missing');
    expect(catalogueErrors('en', CATALOGUES.ar)).toContain('en: done.kept.two is no key of a catalogue');
    expect(catalogueErrors('ja', CATALOGUES.en)).toEqual(
      ['count', 'done.disabled', 'done.kept'].map((text) => `ja: ${text}.one is no key of a catalogue`),
    );
  });
});

describe('a number', () => {
  /** Where a form means exactly one number; in French, Hindi and Brazilian Portuguese "one" is none, too. */
  const WORDS: Readonly<Record<Language, readonly string[]>> = {
    en: ['one'],
    ar: ['zero', 'one', 'two'],
    de: ['one'],
    es: ['one'],
    fr: [],
    hi: [],
    id: [],
    it: ['one'],
    ja: [],
    ko: [],
    'pt-BR': [],
    tr: ['one'],
  };
  const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];

  it.each(LANGUAGES)('in %s may be a word only where its form means that number and no other', (language) => {
    const forms = FORMS.filter((form) => CATALOGUES[language][`count.${form}`] !== undefined);
    const inWords = forms.filter(
      (form) => catalogueErrors(language, changed(language, { [`count.${form}`]: 'x' })).length === 0,
    );
    expect(inWords).toEqual(WORDS[language]);
  });

  it.each(LANGUAGES)('in %s may be a number in every form', (language) => {
    const forms = FORMS.filter((form) => CATALOGUES[language][`done.kept.${form}`] !== undefined);
    const numbers = Object.fromEntries(forms.map((form) => [`done.kept.${form}`, '{kept}']));
    expect(catalogueErrors(language, changed(language, numbers))).toEqual([]);
  });
});

describe('what a plan says otherwise', () => {
  const judged = (texts: Plan['texts'], plan: Plan = PLAN) => checkTexts({ ...plan, texts });

  it('is taken where its placeholders are ours', () => {
    expect(judged({})).toEqual([]);
    expect(
      judged({
        en: { never: 'We never ask.', day: '{endDate} ({zone})' },
        ar: { 'count.two': 'دردشتان', 'count.few': '{chats}' },
      }),
    ).toEqual([]);
  });

  it('is refused with path, with what was given and with what is allowed', () => {
    const [error, ...more] = judged({ fr: { 'first.subject': '{feature}' } });
    expect(more).toEqual([]);
    expect(error).toEqual({
      path: 'texts.fr.first.subject',
      line: null,
      given: '{feature}',
      allowed: '{endDay} {feature}',
      sentence: 'texts.fr.first.subject: given {feature}; allowed: {endDay} {feature}',
    });
  });

  it.each([
    ['first.subjct', 'first.subject'],
    ['Never', 'never'],
    ['page.moretime.text', 'page.moreTime.text'],
    ['count.few', 'count.one'],
  ])('is told of the key that is meant instead of %s', (key, meant) => {
    const [error] = judged({ en: { [key]: 'x' } });
    expect(error?.given).toBe(`the unknown key "${key}"`);
    expect(error?.sentence).toContain(`did you mean "${meant}"?`);
  });

  it.each(['constructor', '__proto__', 'toString'])('is refused under a name that every object has: %s', (key) => {
    expect(judged({ en: { [key]: 'x' } }).map(({ given }) => given)).toEqual([`the unknown key "${key}"`]);
  });

  it('may have no plural form that the language does not have, and leave out no number', () => {
    expect(judged({ ja: { 'count.one': '1件' } }).map(({ path }) => path)).toEqual(['texts.ja.count.one']);
    expect(judged({ hi: { 'count.one': 'एक चैट' } }).map(({ allowed }) => allowed)).toEqual(['{chats}']);
    expect(judged({ de: { 'count.one': 'Ein Chat' } })).toEqual([]);
  });

  it.each(['nl', 'pt', 'EN', 'constructor', ''])('cannot be in a language that we do not have: %j', (language) => {
    const [error, ...more] = judged({ [language]: { never: 'x', nothing: 'y' } });
    expect(more).toEqual([]);
    expect(error?.path).toBe(`texts.${language}`);
    expect(error?.allowed).toContain(LANGUAGES.join(', '));
  });

  it('cannot be in a language that the plan does not speak whole: nobody would read it', () => {
    const { de: _, ...reason } = PLAN.reason;
    const plan = aPlan({ reason });
    expect(judged({ de: { never: 'Nie.' } }, plan).map(({ path }) => path)).toEqual(['texts.de']);
    expect(judged({ de: { never: 'Nie.' } }, plan)[0]?.sentence).not.toMatch(/\bde,/);
    expect(judged({ fr: { never: 'Jamais.' } }, plan)).toEqual([]);
  });

  it('stands before ours, in its own language alone', () => {
    const plan = aPlan({ texts: { de: { never: 'Nie.' } } });
    expect(textOf(textsOf(plan, 'de'), 'never')).toBe('Nie.');
    expect(textsOf(plan, 'de')).toEqual({ ...CATALOGUES.de, never: 'Nie.' });
    expect(textsOf(plan, 'fr')).toEqual(CATALOGUES.fr);
  });

  it('is never a text that is not there', () => {
    expect(() => textOf(CATALOGUES.de, 'nothing')).toThrow('no text is called nothing');
  });
});

describe('signs', () => {
  const has = (pattern: RegExp) => (text: string) => pattern.test(text);
  /** What can be wrong with a text. */
  const WRONG: Readonly<Record<string, (text: string) => boolean>> = {
    'a mark of a template': has(/[{}\\]|\[\[|\]\]/),
    'a sign of markup': has(/[<>&"'`]/),
    'a control character': has(/\p{Cc}/u),
    'a sign that turns the direction of writing': has(/\p{Bidi_Control}/u),
    'a sign that nobody sees': has(/[\p{Cf}\p{Co}\p{Cs}\u{2028}\u{2029}\u{fffd}]/u),
    'a space at an end': has(/^\s|\s$/),
    'a space too many': has(/\s\s/),
    'letters apart from their accents': (text) => text !== text.normalize('NFC'),
  };
  function wrongIn(text: string): string[] {
    // A placeholder may stand at an end.
    const bare = text.replaceAll(/\{\w+\}/g, 'x');
    return Object.keys(WRONG).filter((name) => WRONG[name]?.(bare));
  }

  it.each(LANGUAGES)('in %s are those of sentences alone', (language) => {
    const found = Object.entries(CATALOGUES[language]).flatMap(([key, text]) =>
      wrongIn(text).map((wrong) => `${key} has ${wrong}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['a {b', 'a mark of a template'],
    ['a {{b}}', 'a mark of a template'],
    ['a \\ b', 'a mark of a template'],
    ['[[a]]', 'a mark of a template'],
    ['a <b>', 'a sign of markup'],
    ['a & b', 'a sign of markup'],
    ['it\'s "b"', 'a sign of markup'],
    ['a\nb', 'a control character'],
    ['a\tb', 'a control character'],
    ['a\u{7f}b', 'a control character'],
    ['a\u{202e}b', 'a sign that turns the direction of writing'],
    ['a\u{200f}b', 'a sign that turns the direction of writing'],
    ['a\u{200b}b', 'a sign that nobody sees'],
    ['a\ud800b', 'a sign that nobody sees'],
    [' a', 'a space at an end'],
    ['a\u{a0}', 'a space at an end'],
    ['a  b', 'a space too many'],
    ['a\u{a0} b', 'a space too many'],
    ['man\u{303}ana', 'letters apart from their accents'],
  ])('would be seen in %j', (text, wrong) => expect(wrongIn(text)).toContain(wrong));

  it('of a placeholder are none, wherever it stands', () => expect(wrongIn('{feature}: {endDay}')).toEqual([]));
});

describe('tomorrow', () => {
  const word = (pattern: string) => new RegExp(`(?<![\\p{L}\\p{M}])(?:${pattern})(?![\\p{L}\\p{M}])`, 'iu');
  /** A word begins and ends where no letter and no sign on a letter follows: विकल्प, choice, holds कल. */
  const TOMORROW: Readonly<Record<Language, RegExp>> = {
    en: word('tomorrow'),
    ar: word('[وف]?(?:ال)?غد(?:ًا|اً|ا)?'),
    de: word('morgen'),
    es: word('mañana'),
    fr: word('demain'),
    hi: word('कल|आने वाला कल'),
    id: word('besok|esok'),
    it: word('domani'),
    // Without spaces a word has no borders.
    ja: /明日|あした|あす/,
    ko: /(?<![\p{L}\p{M}])내일/u,
    'pt-BR': word('amanhã'),
    tr: word('yarın\\p{L}*'),
  };
  const said = (language: Language, catalogue: Catalogue) =>
    Object.keys(catalogue).filter((key) => TOMORROW[language].test(catalogue[key] ?? ''));

  it.each(LANGUAGES)('in %s is said in the letter of the day before, and in no other text', (language) => {
    const keys = said(language, CATALOGUES[language]);
    expect(keys).toEqual(expect.arrayContaining(['day.tomorrow', 'tomorrow.subject', 'tomorrow.lead']));
    expect(keys.filter((key) => key !== 'day.tomorrow' && !key.startsWith('tomorrow.'))).toEqual([]);
  });

  it.each(LANGUAGES)('in %s would be seen in any other', (language) => {
    const { 'tomorrow.lead': lead = '' } = CATALOGUES[language];
    expect(said(language, changed(language, { 'soon.lead': lead }))).toContain('soon.lead');
  });

  it('is not seen where a longer word has its letters', () => {
    expect(TOMORROW.hi.test('आपके विकल्प')).toBe(false);
    expect(TOMORROW.hi.test('कल, 19 मई')).toBe(true);
    expect(TOMORROW.de.test('Übermorgens')).toBe(false);
    expect(TOMORROW.ar.test('رغد')).toBe(false);
    expect(TOMORROW.ko.test('안내일')).toBe(false);
  });
});

describe('numbers', () => {
  /** Not of days: the hour at which a day ends, and that a choice can be made once. */
  const ALLOWED = /^day(?:\.tomorrow)?$|^page\.moreTime\.text$/;
  const withDigits = (catalogue: Catalogue) =>
    Object.keys(catalogue).filter((key) => /\p{N}/u.test(catalogue[key] ?? '') && !ALLOWED.test(key));

  it.each(LANGUAGES)('in %s come from outside: a text that counts days would be wrong a day later', (language) => {
    expect(withDigits(CATALOGUES[language])).toEqual([]);
    expect(withDigits(changed(language, { 'soon.lead': '٧ / 7 / ७' }))).toEqual(['soon.lead']);
  });

  it('of days are no placeholder', () => {
    const all = new Set(Object.values(CATALOGUES.en).flatMap(placeholdersOf));
    const amounts = ['chats', 'disabled', 'kept'];
    const time = ['endDate', 'endDay', 'newDate', 'zone'];
    const names = ['feature', 'senderAddress', 'senderName', 'supportEmail', 'supportUrl'];
    expect([...all].sort()).toEqual([...amounts, ...time, ...names].sort());
  });
});
