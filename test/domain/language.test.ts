import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf, LANGUAGES } from '../../functions/domain/language.ts';

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
    ['zh-Hant-TW', 'en'],
    // No prefix of a tag is a language: Filipino is not Finnish, and neither is French.
    ['fil', 'en'],
    ['frr', 'en'],
  ])('%s is written to in %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });

  it.each([null, undefined, '', '-', '_', 'x', '🙂', 'constructor'])('falls back to English for %j', (locale) => {
    expect(languageOf(locale)).toBe('en');
  });

  it('finds each of our own languages by its own name, however it is written', () => {
    for (const language of LANGUAGES) {
      expect(languageOf(language)).toBe(language);
      expect(languageOf(language.replace('-', '_').toUpperCase())).toBe(language);
    }
  });

  it('loses nobody: whatever the platform stores, there is a language (promise 8)', () => {
    const stored = fc.option(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.tuple(fc.constantFrom(...LANGUAGES, 'it', 'xx'), fc.string()).map(([tag, rest]) => tag + rest),
      ),
    );
    fc.assert(
      fc.property(stored, (locale) => {
        expect(LANGUAGES).toContain(languageOf(locale));
      }),
    );
  });

  it('is the same for every region of a language', () => {
    fc.assert(
      fc.property(fc.constantFrom('en', 'de', 'es', 'fr', 'pt'), fc.stringMatching(/^[A-Z]{2}$/), (base, region) => {
        expect(languageOf(`${base}-${region}`)).toBe(languageOf(base));
      }),
    );
  });
});
