/** Texts with a number in them: each has a text, and a variable, for each plural form of its language. */
import type { Language } from '../domain/language.ts';

/** The text, and the number that stands in it. */
export const PLURALS = { count: 'chats', 'done.disabled': 'disabled', 'done.kept': 'kept' } as const;
export type PluralText = keyof typeof PLURALS;
export type Counted = (typeof PLURALS)[PluralText];

export function pluralForms(language: Language): readonly Intl.LDMLPluralRule[] {
  return new Intl.PluralRules(language).resolvedOptions().pluralCategories;
}

/** The variable that holds the number where this form is the right one, and is empty where another is. */
export function variableOf(number: string, form: string): string {
  return `${number}_${form}`;
}
