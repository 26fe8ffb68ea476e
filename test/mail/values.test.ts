/** What differs from letter to letter: dates as people write them, numbers, zones; and no sign that could be followed. */
import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Language, languageOf, LANGUAGES } from '../../functions/domain/language.ts';
import { addDays, type LocalDate, localDate } from '../../functions/domain/time.ts';
import { pluralForms } from '../../functions/mail/plurals.ts';
import { type About, datesOf, longDate, type MailValues, sharedValues, valuesOf } from '../../functions/mail/values.ts';
import { BERLIN, END, endDates, ZONES } from '../domain/examples.ts';

const LINK = 'https://notices.example.com/p/abc_DEF-123';
function own(language: Language, changes: Partial<About> = {}): MailValues {
  return valuesOf(language, { endDate: END, locale: null, zone: BERLIN, link: LINK, counts: {}, ...changes });
}

/** Editions of the languages' data differ in commas. */
const plain = (text: string) => text.replaceAll(/[,،]/g, '');
function written(locale: string | null, date: LocalDate = END): (string | undefined)[] {
  const { endDate = '', endDay = '' } = datesOf(languageOf(locale, LANGUAGES), locale, date);
  return [endDate, endDay].map(plain);
}

/** Signs that SES, HTML, a header or a reader's eye would follow. */
const SIGNS = /[<>&"'{}\\]|\p{Cc}|\p{Bidi_Control}|\p{Cs}|[\u2028\u2029]/u;
/** Beyond letters, numbers and punctuation: the mark that joins letters in the Persian calendar's "ه‍.ش" and a French apostrophe. */
const KNOWN = /^(?:[\p{L}\p{M}\p{N}\p{P}\p{Zs}+]|\u200d|`)*$/u;
const strange = (values: MailValues) =>
  Object.entries(values)
    .filter(([, value]) => SIGNS.test(value) || !KNOWN.test(value))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);

describe('a date', () => {
  it.each([
    ['en-US', 'Tuesday May 19 2026', 'May 19'],
    ['en-GB', 'Tuesday 19 May 2026', '19 May'],
    ['en-IN', 'Tuesday 19 May 2026', '19 May'],
    ['en', 'Tuesday 19 May 2026', '19 May'],
    ['de-DE', 'Dienstag 19. Mai 2026', '19. Mai'],
    ['de_AT', 'Dienstag 19. Mai 2026', '19. Mai'],
    ['ar', 'الثلاثاء 19 مايو 2026', '19 مايو'],
    ['ar-EG', 'الثلاثاء ١٩ مايو ٢٠٢٦', '١٩ مايو'],
    ['ar-MA', 'الثلاثاء 19 ماي 2026', '19 ماي'],
    ['es-MX', 'martes 19 de mayo de 2026', '19 de mayo'],
    ['fr-CA', 'mardi 19 mai 2026', '19 mai'],
    ['hi-IN', 'मंगलवार 19 मई 2026', '19 मई'],
    ['in_ID', 'Selasa 19 Mei 2026', '19 Mei'],
    ['it-CH', 'martedì 19 maggio 2026', '19 maggio'],
    ['ja-JP', '2026年5月19日火曜日', '5月19日'],
    ['ko-KR', '2026년 5월 19일 화요일', '5월 19일'],
    ['pt-BR', 'terça-feira 19 de maio de 2026', '19 de maio'],
    ['tr-TR', '19 Mayıs 2026 Salı', '19 Mayıs'],
  ])('of somebody whose locale is %s is %s', (locale, endDate, endDay) => {
    expect(written(locale)).toEqual([endDate, endDay]);
  });

  it.each([
    // European Portuguese is written to in Brazilian.
    ['pt-PT', 'terça-feira 19 de maio de 2026', '19 de maio'],
    ['nl-NL', 'Tuesday 19 May 2026', '19 May'],
    ['ru', 'Tuesday 19 May 2026', '19 May'],
  ])(
    'of somebody who reads another language than theirs, %s, is in the one that they read',
    (locale, endDate, endDay) => {
      expect(written(locale)).toEqual([endDate, endDay]);
    },
  );

  it.each([
    ['fa-IR', 'Tuesday 19 May 2026 (Tuesday 29 Ordibehesht 1405 AP)', '19 May'],
    ['th-TH', 'Tuesday 19 May 2026 (Tuesday 19 May 2569 BE)', '19 May'],
    ['he-IL-u-ca-hebrew', 'Tuesday 19 May 2026 (Tuesday 3 Sivan 5786)', '19 May'],
    ['en-US-u-ca-buddhist', 'Tuesday May 19 2026 (Tuesday May 19 2569 BE)', 'May 19'],
    ['en-US-u-ca-iso8601', 'Tuesday May 19 2026', 'May 19'],
    // Who has chosen ours has chosen it.
    ['th-TH-u-ca-gregory', 'Tuesday 19 May 2026', '19 May'],
  ])(
    'of somebody who reads English, with a calendar of their own, has it in brackets: %s',
    (locale, endDate, endDay) => {
      expect(written(locale)).toEqual([endDate, endDay]);
    },
  );

  it.each([null, '', 'x', 'zz-', 'constructor', '🙂'])(
    'of somebody whose locale is unknown, %j, is the language’s',
    (locale) => {
      expect(written(locale)).toEqual(['Tuesday 19 May 2026', '19 May']);
    },
  );

  it.each([
    ['2026-01-01', 'Thursday 1 January 2026', '1 January'],
    ['2025-12-31', 'Wednesday 31 December 2025', '31 December'],
    ['2028-02-29', 'Tuesday 29 February 2028', '29 February'],
  ])('is the same day everywhere, at the ends of years too: %s', (date, endDate, endDay) => {
    expect(written('en-GB', localDate(date))).toEqual([endDate, endDay]);
  });

  it('is another on another day, in every language', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LANGUAGES), endDates, fc.integer({ min: 1, max: 400 }), (language, date, days) => {
        const [one, other] = [date, addDays(date, days)].map((each) => sharedValues(language, each)['endDate']);
        expect(one).not.toBe(other);
      }),
    );
  });

  it('is the same on whatever machine it is written: its language and its zone are not asked', () => {
    const locales = ['en-US', 'en', 'de-DE', 'ar-EG', 'ja-JP', 'fa-IR', 'th-TH', null];
    const source = `
      const { datesOf } = await import(${JSON.stringify(import.meta.resolve('../../functions/mail/values.ts'))});
      const { languageOf, LANGUAGES } = await import(${JSON.stringify(import.meta.resolve('../../functions/domain/language.ts'))});
      const dates = ${JSON.stringify(locales)}.map((locale) => datesOf(languageOf(locale, LANGUAGES), locale, '${END}'));
      process.stdout.write(JSON.stringify([Intl.DateTimeFormat().resolvedOptions().locale, dates]));`;
    const env = { ...process.env, LC_ALL: 'fa_IR.UTF-8', TZ: 'Pacific/Pago_Pago' };
    const there = execFileSync(process.execPath, ['--input-type=module', '-e', source], { env, encoding: 'utf8' });
    const here = locales.map((locale) => datesOf(languageOf(locale, LANGUAGES), locale, END));
    expect(JSON.parse(there)).toEqual(['fa-IR', here]);
  });
});

describe('one person’s own date', () => {
  const hasOwn = (language: Language, locale: string | null) => 'endDate' in own(language, { locale });

  it.each<[Language, string | null, boolean]>([
    ['en', null, false],
    ['en', 'en', false],
    ['en', 'en-GB', false],
    ['en', 'en-US', true],
    ['en', 'nl-NL', false],
    ['en', 'fa-IR', true],
    ['de', 'de-DE', false],
    ['ar', 'ar', false],
    ['ar', 'ar-EG', true],
    ['pt-BR', 'pt-PT', false],
    ['ja', 'ja-JP', false],
  ])('is there only where it differs from everybody’s in %s: for %s %s', (language, locale, differs) => {
    expect(hasOwn(language, locale)).toBe(differs);
  });

  it('brings both forms of the date or none, and never what everybody has', () => {
    fc.assert(
      fc.property(locales, endDates, (locale, endDate) => {
        const language = languageOf(locale, LANGUAGES);
        const shared = sharedValues(language, endDate);
        const values = own(language, { locale, endDate });
        expect('endDate' in values).toBe('endDay' in values);
        if ('endDate' in values) expect(values).not.toMatchObject(shared);
        expect({ ...shared, ...values }).toMatchObject(datesOf(language, locale, endDate));
      }),
    );
  });
});

/** Those that Intl has data for, of our languages. */
const LOCALES: readonly string[] = (() => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const regions = [...letters.flatMap((a) => letters.map((b) => a + b)), '001', '150', '419'];
  const bases = [...new Set(LANGUAGES.map((language) => language.split('-')[0] as string))];
  const tags = bases.flatMap((base) => [base, ...regions.map((region) => `${base}-${region}`)]);
  return tags.filter((tag) => new Intl.DateTimeFormat(tag).resolvedOptions().locale === tag);
})();
const CALENDARS = Intl.supportedValuesOf('calendar');
const DIGITS = Intl.supportedValuesOf('numberingSystem');
const locales: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...LOCALES, 'fa-IR', 'th-TH', 'zh-TW', 'he-IL', 'am-ET', 'ckb-IR', 'xx', 'tlh'),
    fc.option(fc.constantFrom(...CALENDARS)),
    fc.option(fc.constantFrom(...DIGITS)),
  )
  .map(([tag, calendar, digits]) => {
    const asked = [calendar && `ca-${calendar}`, digits && `nu-${digits}`].filter((each) => each !== null);
    return [tag, ...(asked.length > 0 ? ['u', ...asked] : [])].join('-');
  });

describe('what is written into a letter as it is', () => {
  const long = (tag: string, date = END) => ({
    [tag]: longDate(tag, date, new Intl.DateTimeFormat(tag).resolvedOptions().calendar),
  });

  it('is of a closed set: dates of every locale that Intl knows of our languages, in every calendar', () => {
    expect(LOCALES.length).toBeGreaterThan(200);
    expect(CALENDARS.length).toBeGreaterThan(15);
    const own = LOCALES.flatMap((locale) => strange(datesOf(languageOf(locale, LANGUAGES), locale, END)));
    const calendars = LOCALES.flatMap((locale) =>
      CALENDARS.flatMap((calendar) => strange(long(`${locale}-u-ca-${calendar}`))),
    );
    expect([...own, ...calendars]).toEqual([]);
  }, 60_000);

  it('is of a closed set: every month of every calendar, every way to write digits', () => {
    const months = Array.from({ length: 13 }, (_, month) => addDays(localDate('2026-01-08'), month * 30));
    const found = LANGUAGES.flatMap((language) => [
      ...CALENDARS.flatMap((calendar) => months.flatMap((date) => strange(long(`${language}-u-ca-${calendar}`, date)))),
      ...DIGITS.flatMap((digits) => strange(long(`${language}-u-nu-${digits}`))),
    ]);
    expect(found).toEqual([]);
  }, 60_000);

  it('is of a closed set: the names of zones, in which no underscore is left', () => {
    const values = ZONES.map((zone) => own('en', { zone }));
    expect(values.flatMap(({ link: _, ...rest }) => strange(rest))).toEqual([]);
    expect(values.filter(({ zone }) => /_/.test(zone ?? ''))).toEqual([]);
    expect(own('en', { zone: 'America/Port_of_Spain' })['zone']).toBe('America/Port of Spain');
  });

  it('is of a closed set: numbers, however large', () => {
    const counts = [0, 1, 2, 3, 11, 100, 1234, 1_000_000, Number.MAX_SAFE_INTEGER];
    const found = LANGUAGES.flatMap((language) =>
      counts.flatMap((chats) => {
        const { link: _, ...values } = own(language, { counts: { chats } });
        return strange(values);
      }),
    );
    expect(found).toEqual([]);
  });

  it('is of a closed set: numbers of every locale that Intl knows of our languages, and of Swiss ones in all digits', () => {
    const swiss = LOCALES.filter((locale) => /-(CH|LI)$/.test(locale));
    expect(swiss.length).toBeGreaterThan(4);
    const tags = [
      ...LOCALES.map((locale) => `${locale}-u-nu-adlm`),
      ...swiss.flatMap((locale) => DIGITS.map((digits) => `${locale}-u-nu-${digits}`)),
    ];
    const found = tags.flatMap((locale) => {
      const { link: _, ...values } = own(languageOf(locale, LANGUAGES), { locale, counts: { chats: 1_234_567 } });
      return strange(values);
    });
    expect(found).toEqual([]);
    expect(own('en', { locale: 'en-CH-u-nu-adlm', counts: { chats: 1000 } })).toMatchObject({ chats_other: '𞥑’𞥐𞥐𞥐' });
  }, 60_000);

  it('is of a closed set whatever a platform stores as a locale, and a date in any case', () => {
    const stored = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      fc.tuple(locales, fc.string()).map(([tag, rest]) => tag + rest),
      fc.stringMatching(/^[a-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,8}$/),
      fc.constantFrom(
        '<b>',
        '{{x}}',
        'en-US\r\nBcc: x',
        '\ud800',
        `en-${'a'.repeat(10_000)}`,
        'en-u-ca-<script>',
        'x-u-ca',
      ),
      locales,
    );
    fc.assert(
      fc.property(stored, fc.constantFrom(...LANGUAGES), fc.nat(), (locale, language, chats) => {
        const dates = datesOf(language, locale, END);
        const { link: _, ...values } = own(language, { locale, counts: { chats } });
        expect(strange({ ...dates, ...values })).toEqual([]);
        expect(Object.values(dates).filter((date) => date.length > 3)).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it.each([
    '<',
    '>',
    '&',
    '"',
    "'",
    '{',
    '}',
    '\\',
    '\n',
    '\r',
    '\0',
    '\u{7f}',
    '\u{202e}',
    '\u{2066}',
    '\u{200f}',
    '\ud800',
    '=',
    '🙂',
  ])('would be seen to hold %j', (sign) => expect(strange({ endDate: `19 ${sign} May` })).not.toEqual([]));
});

describe('a number', () => {
  it('is in the variable of the form that is meant, and the others are empty: SES has every variable', () => {
    expect(own('ar', { counts: { chats: 3 } })).toMatchObject({
      chats_zero: '',
      chats_one: '',
      chats_two: '',
      chats_few: '3',
      chats_many: '',
      chats_other: '',
    });
    expect(own('ja', { counts: { chats: 3 } })).toMatchObject({ chats_other: '3' });
  });

  it('is in none where there is nothing to say', () => {
    for (const language of LANGUAGES) {
      const { zone: _zone, link: _link, ...numbers } = own(language, { counts: { kept: 0 } });
      expect(Object.keys(numbers)).toHaveLength(pluralForms(language).length);
      expect(new Set(Object.values(numbers))).toEqual(new Set(['']));
    }
  });

  it.each([
    ['en', '1,234,567'],
    ['de', '1.234.567'],
    ['fr', '1\u{202f}234\u{202f}567'],
    ['hi', '12,34,567'],
    ['id', '1.234.567'],
    ['ja', '1,234,567'],
  ] as const)('is written as people do in %s', (language, number) => {
    expect(Object.values(own(language, { counts: { chats: 1_234_567 } }))).toContain(number);
  });

  it.each([
    ['en-IN', '12,34,567'],
    ['ar-EG', '١٬٢٣٤٬٥٦٧'],
    ['de-AT', '1\u{a0}234\u{a0}567'],
    ['nl-NL', '1,234,567'],
    [null, '1,234,567'],
  ])('is written as the person does whose locale is %s, as their dates are', (locale, number) => {
    const language = languageOf(locale, LANGUAGES);
    expect(Object.values(own(language, { locale, counts: { chats: 1_234_567 } }))).toContain(number);
  });
});

it('a letter has its zone and its link', () => {
  expect(own('de')).toEqual({ zone: 'Europe/Berlin', link: LINK });
});
