/** Which of the languages that we have a person is written in: `pt-PT` falls back to `pt-BR`, everything to `en`. */

export const LANGUAGES = ['en', 'de', 'es', 'fr', 'pt-BR'] as const;
export type Language = (typeof LANGUAGES)[number];

export function languageOf(locale: string | null | undefined): Language {
  const wanted = (locale ?? '').replace('_', '-').toLowerCase();
  const exact = LANGUAGES.find((language) => language.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const base = wanted.split('-')[0];
  return LANGUAGES.find((language) => language.toLowerCase().split('-')[0] === base) ?? 'en';
}
