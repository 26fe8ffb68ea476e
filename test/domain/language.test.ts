import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalTag,
  directionOf,
  type Language,
  languageOf,
  LANGUAGES,
  languagesOf,
  textsInLetters,
} from '../../functions/domain/language.ts';
import type { Localised, Plan } from '../../functions/domain/plan.ts';
import { aPlan, PLAN } from './examples.ts';

/** What platforms store: tags, half of a tag, and anything at all. */
const stored: fc.Arbitrary<string | null> = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.tuple(fc.constantFrom(...LANGUAGES, 'xx', 'in', 'iw'), fc.string()).map(([tag, rest]) => tag + rest),
    fc.stringMatching(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,9}$/),
  ),
);
const spokenSets: fc.Arbitrary<Language[]> = fc
  .subarray([...LANGUAGES])
  .map((some) => LANGUAGES.filter((language) => language === 'en' || some.includes(language)));

describe('the language of a person', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['de-AT', 'de'],
    ['DE', 'de'],
    ['es_MX', 'es'],
    ['fr-CA', 'fr'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['pt_BR', 'pt-BR'],
    ['ar-EG', 'ar'],
    ['hi_IN', 'hi'],
    ['it-CH', 'it'],
    ['ja-JP', 'ja'],
    ['ko-KR', 'ko'],
    ['tr-CY', 'tr'],
    ['zh-Hant-TW', 'en'],
    // Java wrote Indonesian so until 2021, and databases remember.
    ['in_ID', 'id'],
    ['in', 'id'],
    ['id-ID', 'id'],
    // Extensions say how dates are written, not what is spoken.
    ['ar-SA-u-ca-islamic-umalqura-nu-arab', 'ar'],
    ['de_DE_POSIX', 'de'],
    // No prefix of a tag is a language: Filipino is not Finnish, and neither is French.
    ['fil', 'en'],
    ['frr', 'en'],
    ['jav', 'en'],
    ['kok', 'en'],
    // Hebrew was written so, and is none of ours.
    ['iw', 'en'],
  ])('%s is written to in %s', (locale, language) => {
    expect(languageOf(locale, LANGUAGES)).toBe(language);
  });

  it.each([null, undefined, '', '-', '_', 'x', '🙂', 'constructor', '\ud800', 'de--AT', 'de-', ' de', 'de\n', 'd'])(
    'falls back to English for %j',
    (locale) => {
      expect(languageOf(locale, LANGUAGES)).toBe('en');
    },
  );

  it('finds each of our own languages by its own name, however it is written', () => {
    for (const language of LANGUAGES) {
      expect(languageOf(language, LANGUAGES)).toBe(language);
      expect(languageOf(language.replace('-', '_').toUpperCase(), LANGUAGES)).toBe(language);
    }
  });

  it('loses nobody: whatever the platform stores, there is a language (promise 8)', () => {
    fc.assert(
      fc.property(stored, (locale) => {
        expect(LANGUAGES).toContain(languageOf(locale, LANGUAGES));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for every region of a language', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LANGUAGES.map((language) => language.slice(0, 2))),
        fc.stringMatching(/^[A-Z]{2}$/),
        (base, region) => {
          expect(languageOf(`${base}-${region}`, LANGUAGES)).toBe(languageOf(base, LANGUAGES));
        },
      ),
    );
  });

  it('is one that the plan speaks, and English where it does not speak theirs', () => {
    fc.assert(
      fc.property(stored, spokenSets, (locale, spoken) => {
        const whole = languageOf(locale, LANGUAGES);
        expect(languageOf(locale, spoken)).toBe(spoken.includes(whole) ? whole : 'en');
      }),
    );
  });

  it.each([
    ['pt-PT', ['en', 'pt-BR'], 'pt-BR'],
    ['pt-PT', ['en', 'de'], 'en'],
    ['in_ID', ['en'], 'en'],
    ['de', ['en', 'fr'], 'en'],
  ] as const)('of who speaks %s is, of %j, %s', (locale, spoken, language) => {
    expect(languageOf(locale, spoken)).toBe(language);
  });
});

describe('a tag', () => {
  it.each([
    ['in_ID', 'id-ID'],
    ['pt_br', 'pt-BR'],
    ['ZH_hant_tw', 'zh-Hant-TW'],
    ['de', 'de'],
    ['*', undefined],
    ['de;q=0.5', undefined],
    [`de${'-a'.repeat(40)}`, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%s is written %s today', (locale, tag) => {
    expect(canonicalTag(locale)).toBe(tag);
  });

  it('of any string at all is one that Intl takes, or none: it never throws', () => {
    fc.assert(
      fc.property(stored, (locale) => {
        const tag = canonicalTag(locale);
        if (tag !== undefined) expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the languages of a plan', () => {
  /** The text without one language. */
  const without = (text: Localised, language: string): Localised =>
    Object.fromEntries(Object.entries(text).filter(([each]) => each !== language)) as Localised;
  type TextKey = 'feature' | 'reason' | 'whatChanges' | 'dataFate' | 'exportInstructions' | 'authenticity';
  const TEXTS: readonly TextKey[] = [
    'feature',
    'reason',
    'whatChanges',
    'dataFate',
    'exportInstructions',
    'authenticity',
  ];
  const lacking: readonly (readonly [what: string, lack: (language: string) => Plan])[] = [
    ...TEXTS.map((key) => [key, (language: string) => aPlan({ [key]: without(PLAN[key], language) })] as const),
    [
      'the description of one alternative',
      (language) =>
        aPlan({
          alternatives: PLAN.alternatives.map((each, at) =>
            at === 1 ? { ...each, description: without(each.description, language) } : each,
          ),
        }),
    ],
  ];

  it('are twelve where each text is there in twelve', () => {
    expect(LANGUAGES).toHaveLength(12);
    expect(languagesOf(PLAN)).toEqual([...LANGUAGES]);
  });

  it.each(lacking)('leave out the one in which %s is missing: no letter is in two languages', (_, lack) => {
    for (const language of LANGUAGES.slice(1)) {
      expect(languagesOf(lack(language))).toEqual(LANGUAGES.filter((each) => each !== language));
    }
  });

  it('have a twin for each text that stands in a letter', () => {
    expect(Object.keys(textsInLetters(PLAN))).toEqual([
      ...TEXTS,
      ...PLAN.alternatives.map((_, at) => `alternatives[${at}].description`),
    ]);
    expect(PLAN.alternatives.length).toBeGreaterThan(1);
  });

  it('always have English', () => {
    const english = (text: Localised): Localised => ({ en: text['en'] ?? '' });
    const texts = Object.fromEntries(TEXTS.map((key) => [key, english(PLAN[key])]));
    expect(languagesOf(aPlan({ ...texts, alternatives: [] }))).toEqual(['en']);
    expect(languagesOf(aPlan({ reason: {} }))).toEqual(['en']);
  });

  it('do not depend on texts that are said otherwise: those are whole without them', () => {
    expect(languagesOf(aPlan({ texts: { de: { never: 'Nie.' } } }))).toEqual([...LANGUAGES]);
  });
});

describe('the direction of writing', () => {
  it('is from right to left for Arabic only', () => {
    expect(LANGUAGES.filter((language) => directionOf(language) === 'rtl')).toEqual(['ar']);
  });

  it('is what Unicode says of each', () => {
    for (const language of LANGUAGES) {
      const { direction } = (
        new Intl.Locale(language) as unknown as { getTextInfo(): { direction: string } }
      ).getTextInfo();
      expect([language, directionOf(language)]).toEqual([language, direction]);
    }
  });
});

describe('two languages of one base', () => {
  it('are told apart where the tag is one of them, in whichever order the plan speaks them', () => {
    const two = ['pt', 'pt-PT'] as unknown as (typeof LANGUAGES)[number][];
    expect(languageOf('pt-pt', two)).toBe('pt-PT');
    expect(languageOf('pt_PT', two.toReversed())).toBe('pt-PT');
    expect(languageOf('pt', two.toReversed())).toBe('pt');
    expect(languageOf('pt-AO', two)).toBe('pt');
  });
});
