/**
 * What differs from letter to letter. All of it is from closed sets: dates and numbers as Intl writes them, names of
 * time zones, and our own addresses. Nothing that a person or an operator has written is among them, so nothing has to
 * be escaped, and the recorded template with the recorded values is exactly what was sent.
 */
import { canonicalTag, type Language } from '../domain/language.ts';
import { remember } from '../domain/remember.ts';
import { type LocalDate, startOfDay } from '../domain/time.ts';
import { type Counted, pluralForms, variableOf } from './plurals.ts';

/** By variable of the template. */
export type MailValues = Readonly<Record<string, string>>;

/** Where a language says nothing else, Intl would write American dates. */
const LOCALE_OF: Readonly<Partial<Record<Language, string>>> = { en: 'en-GB' };

/** The same for everybody who is written to in a language, unless `valuesOf` says otherwise. */
export function sharedValues(language: Language, endDate: LocalDate): MailValues {
  const locale = LOCALE_OF[language] ?? language;
  return { endDate: longDate(locale, endDate), endDay: shortDate(locale, endDate) };
}

/** Dates as one person writes them. */
export function datesOf(language: Language, locale: string | null, date: LocalDate): MailValues {
  return { ...sharedValues(language, date), ...ownDates(language, locale, date) };
}

export interface About {
  readonly endDate: LocalDate;
  /** Of the person's profile. */
  readonly locale: string | null;
  /** IANA name of the zone in which their day ends. */
  readonly zone: string;
  /** Their page for choices. */
  readonly link: string;
  /** How many of their chats it is about; for `done` how many were disabled, and how many not. */
  readonly counts: Partial<Record<Counted, number>>;
}

/** One person's own values. */
export function valuesOf(language: Language, { endDate, locale, zone, link, counts }: About): MailValues {
  const numbers = Object.entries(counts).flatMap(([variable, count]) =>
    numberValues(language, localeOf(language, locale), variable, count),
  );
  return {
    ...ownDates(language, locale, endDate),
    zone: zone.replaceAll('_', ' '),
    link,
    ...Object.fromEntries(numbers),
  };
}

/** The variable of the plural form that is meant holds the number; none does where there is nothing to say. */
function numberValues(language: Language, locale: string, variable: string, count: number): [string, string][] {
  const meant = new Intl.PluralRules(language).select(count);
  const written = formatOf(numberFormats, locale, () => new Intl.NumberFormat(locale)).format(count);
  // Between a Swiss number's thousands stands an apostrophe; with digits of other scripts it is the one that ends a string.
  const number = written.replaceAll("'", '’');
  return pluralForms(language).map((form) => [variableOf(variable, form), form === meant && count > 0 ? number : '']);
}

/** How this person writes dates and numbers: as their own locale does, where it is one of the language. */
function localeOf(language: Language, locale: string | null): string {
  const own = LOCALE_OF[language] ?? language;
  const tag = canonicalTag(locale);
  if (tag === undefined) return own;
  // Without a region nothing is known but the language.
  const { language: spoken, region } = new Intl.Locale(tag);
  return region !== undefined && spoken === new Intl.Locale(language).language ? tag : own;
}

/** Dates where this person writes them otherwise than the language's own locale: May 19, ١٩ مايو, or another calendar. */
function ownDates(language: Language, locale: string | null, endDate: LocalDate): MailValues {
  const tag = canonicalTag(locale);
  // Of a language that Intl does not know it would tell the machine's own.
  if (tag === undefined || Intl.DateTimeFormat.supportedLocalesOf(tag).length === 0) return {};
  const shared = sharedValues(language, endDate);
  const written = localeOf(language, locale);
  const { calendar } = new Intl.DateTimeFormat(tag).resolvedOptions();
  const own = ['gregory', 'iso8601'].includes(calendar) ? '' : ` (${longDate(written, endDate, calendar)})`;
  const values = { endDate: longDate(written, endDate) + own, endDay: shortDate(written, endDate) };
  return values.endDate === shared['endDate'] && values.endDay === shared['endDay'] ? {} : values;
}

export function longDate(locale: string, date: LocalDate, calendar = 'gregory'): string {
  return format(locale, { dateStyle: 'full', calendar }, date);
}
function shortDate(locale: string, date: LocalDate): string {
  return format(locale, { day: 'numeric', month: 'long', calendar: 'gregory' }, date);
}

// To make a format takes Intl a hundred times as long as to use it.
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();
function formatOf<F>(known: Map<string, F>, key: string, make: () => F): F {
  return known.get(key) ?? remember(known, key, make(), 100);
}

function format(locale: string, options: Intl.DateTimeFormatOptions, date: LocalDate): string {
  const key = `${locale} ${options.calendar} ${options.dateStyle}`;
  const make = () => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  return formatOf(dateFormats, key, make).format(startOfDay(date, 'UTC'));
}
