/**
 * The texts of a language, and what makes one whole: every key of the English one, its own plural forms, the same
 * placeholders. A plan may override any text; what it gives is held to the same.
 */
import { type Language, languagesOf, LANGUAGES } from '../domain/language.ts';
import { closest } from '../domain/nearest.ts';
import type { Plan } from '../domain/plan.ts';
import { explain, type PlanError, quoted } from '../domain/plan-file-values.ts';
import { ar } from './languages/ar.ts';
import { de } from './languages/de.ts';
import { en } from './languages/en.ts';
import { es } from './languages/es.ts';
import { fr } from './languages/fr.ts';
import { hi } from './languages/hi.ts';
import { id } from './languages/id.ts';
import { it } from './languages/it.ts';
import { ja } from './languages/ja.ts';
import { ko } from './languages/ko.ts';
import { ptBR } from './languages/pt-BR.ts';
import { tr } from './languages/tr.ts';
import { pluralForms, PLURALS, type PluralText } from './plurals.ts';

export type Catalogue = Readonly<Record<string, string>>;

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  en,
  ar,
  de,
  es,
  fr,
  hi,
  id,
  it,
  ja,
  ko,
  tr,
  'pt-BR': ptBR,
};

export const PLACEHOLDER = /\{(\w+)\}/g;
export const placeholdersOf = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);

/** The plan's own words before ours. */
export function textsOf({ texts }: Pick<Plan, 'texts'>, language: Language): Catalogue {
  return { ...CATALOGUES[language], ...texts[language] };
}

/** @throws where a catalogue has no text of this name: `catalogueErrors` was not asked */
export function textOf(texts: Catalogue, key: string): string {
  const text = texts[key];
  if (text === undefined) throw new Error(`no text is called ${key}`);
  return text;
}

/** What keeps a catalogue from being whole, a sentence each. */
export function catalogueErrors(language: Language, catalogue: Catalogue): string[] {
  const needed = keysOf(language);
  return [
    ...needed.filter((key) => catalogue[key] === undefined).map((key) => `${language}: ${key} is missing`),
    ...Object.entries(catalogue).flatMap(([key, text]) => {
      if (!needed.includes(key)) return [`${language}: ${key} is no key of a catalogue`];
      const wrong = wrongPlaceholders(language, key, text);
      return wrong === null ? [] : [`${language}: ${key} has ${wrong.given}; allowed: ${wrong.allowed}`];
    }),
  ];
}

/** Judges the texts that a plan overrides, as one of its file's errors each. */
export function checkTexts(plan: Plan): PlanError[] {
  const spoken = languagesOf(plan);
  return Object.entries(plan.texts).flatMap(([language, texts]) => {
    if (!isLanguage(language, spoken)) {
      const why = 'a language in which the plan has each of its other texts';
      return [explain(`texts.${language}`, null, quoted(language), `${why}: ${spoken.join(', ')}`)];
    }
    const keys = keysOf(language);
    return Object.entries(texts).flatMap(([key, text]) => {
      const path = `texts.${language}.${key}`;
      if (!keys.includes(key)) {
        const allowed = 'a key of functions/mail/languages/en.ts, plural forms as the language has them';
        return [
          explain(path, null, `the unknown key ${quoted(key)}`, allowed, `did you mean "${closest(key, keys)}"?`),
        ];
      }
      const wrong = wrongPlaceholders(language, key, text);
      return wrong === null ? [] : [explain(path, null, wrong.given, wrong.allowed)];
    });
  });
}

const isLanguage = (text: string, languages: readonly Language[]): text is Language =>
  (languages as readonly string[]).includes(text);

function keysOf(language: Language): string[] {
  const plurals = Object.keys(PLURALS) as PluralText[];
  const fixed = Object.keys(en).filter((key) => pluralTextOf(key) === undefined);
  return [...fixed, ...plurals.flatMap((text) => pluralForms(language).map((form) => `${text}.${form}`))];
}

function pluralTextOf(key: string): PluralText | undefined {
  return (Object.keys(PLURALS) as PluralText[]).find((text) => key.startsWith(`${text}.`));
}

function wrongPlaceholders(language: Language, key: string, text: string): { given: string; allowed: string } | null {
  const plural = pluralTextOf(key);
  const model = (en as Catalogue)[plural === undefined ? key : `${plural}.other`] ?? '';
  const given = placeholdersOf(text).sort().join(' ');
  const wanted = placeholdersOf(model).sort();
  const sayable = [wanted.join(' ')];
  // "One chat" and "two chats" may be words where the form means exactly that number.
  if (plural !== undefined && meansOneNumber(language, key.slice(plural.length + 1)))
    sayable.push(wanted.filter((name) => name !== PLURALS[plural]).join(' '));
  if (sayable.includes(given)) return null;
  const named = (names: string) => (names === '' ? 'no placeholder' : names.replaceAll(/\w+/g, '{$&}'));
  return { given: named(given), allowed: sayable.map(named).join(', or ') };
}

function meansOneNumber(language: Language, form: string): boolean {
  const rules = new Intl.PluralRules(language);
  return Array.from({ length: 1001 }, (_, count) => rules.select(count)).filter((each) => each === form).length === 1;
}

/** Every catalogue is whole, or the mail is not built. @throws with all that is wrong */
export function checkCatalogues(): void {
  const errors = LANGUAGES.flatMap((language) => catalogueErrors(language, CATALOGUES[language]));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}
