/**
 * Which of the languages that we have a person is written in: `pt-PT` falls back to `pt-BR`, everything to `en`. A
 * letter is in one language from its first line to its last, so a language counts only where the plan speaks it whole.
 */
import type { Localised, Plan } from './plan.ts';

export const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'hi', 'id', 'it', 'ja', 'ko', 'pt-BR', 'tr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** BCP 47 tags, with `_` for `-` as some platforms store it; what is longer is no tag that anybody meant. */
const TAG = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,8}$/;

/** @param spoken the languages of the plan (`languagesOf`) */
export function languageOf(locale: string | null | undefined, spoken: readonly Language[]): Language {
  const wanted = canonicalTag(locale)?.toLowerCase();
  if (wanted === undefined) return 'en';
  const exact = spoken.find((language) => language.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const base = wanted.split('-')[0];
  return spoken.find((language) => language.split('-')[0] === base) ?? 'en';
}

/** The tag as it is written today (`in_ID` is `id-ID`); undefined for what is none. */
export function canonicalTag(locale: string | null | undefined): string | undefined {
  if (locale === null || locale === undefined || !TAG.test(locale)) return undefined;
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** The plan's texts that stand in letters, by their path in the plan. */
export function textsInLetters(plan: Plan): Readonly<Record<string, Localised>> {
  const { feature, reason, whatChanges, dataFate, exportInstructions, authenticity, alternatives } = plan;
  return {
    feature,
    reason,
    whatChanges,
    dataFate,
    exportInstructions,
    authenticity,
    ...Object.fromEntries(
      alternatives.map(({ description }, at) => [`alternatives[${at}].description`, description] as const),
    ),
  };
}

/** Languages in which the plan has each of its texts; English always is one. */
export function languagesOf(plan: Plan): Language[] {
  const texts = Object.values(textsInLetters(plan));
  return LANGUAGES.filter((language) => language === 'en' || texts.every((text) => text[language] !== undefined));
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
