/** Letters and pages as people would get them, with invented figures, in light or dark whatever the browser prefers. */
import type { Language } from '../../functions/domain/language.ts';
import { DONE } from '../../functions/domain/notice-id.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { addDays, type LocalDate } from '../../functions/domain/time.ts';
import { choicesPage, failedPage, voidPage } from '../../functions/mail/page.ts';
import { templateOf } from '../../functions/mail/templates.ts';
import { sharedValues, valuesOf } from '../../functions/mail/values.ts';
import { renderer, type TemplateParts } from '../local/cloud/rendering.ts';

/** Where the language is at home; for pages and letters in it. */
const ZONES: Readonly<Record<Language, string>> = {
  en: 'Europe/London',
  ar: 'Africa/Cairo',
  de: 'Europe/Berlin',
  es: 'America/Mexico_City',
  fr: 'Europe/Paris',
  hi: 'Asia/Kolkata',
  id: 'Asia/Jakarta',
  it: 'Europe/Rome',
  ja: 'Asia/Tokyo',
  ko: 'Asia/Seoul',
  'pt-BR': 'America/Sao_Paulo',
  tr: 'Europe/Istanbul',
};

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const PAGE_STATES = ['open', 'taken', 'late', 'over', 'void', 'failed'] as const;
export type PageState = (typeof PAGE_STATES)[number];

const endDateOf = (plan: Plan) => plan.cohorts[0]?.endDate as LocalDate;

export function sampleLetter(plan: Plan, stage: string, language: Language): TemplateParts<string> {
  const endDate = endDateOf(plan);
  const values = valuesOf(language, {
    endDate,
    locale: language,
    zone: ZONES[language],
    link: `https://notices.example.com/p/${'sample-'.repeat(9)}link`,
    counts: stage === DONE ? { disabled: 3, kept: 1 } : { chats: 4 },
  });
  return renderer(templateOf(plan, stage, language))({ ...sharedValues(language, endDate), ...values });
}

export function samplePage(plan: Plan, state: PageState, language: Language): string {
  if (state === 'void') return voidPage(plan, language);
  if (state === 'failed') return failedPage(language);
  const endDate = endDateOf(plan);
  const all = (kind: 'open' | 'taken') => ({ saved: kind, stopped: kind, 'more-time': kind });
  return choicesPage({
    plan,
    language,
    locale: language,
    endDate,
    zone: ZONES[language],
    over: state === 'over',
    choices: state === 'open' || state === 'taken' ? all(state) : state === 'late' ? { saved: 'open' } : {},
    newDate: addDays(endDate, plan.guardRails.moreTimeDays),
    late: state === 'late',
  });
}

/** The style sheet's question answered for it. */
export function inTheme(html: string, theme: Theme): string {
  return html
    .replaceAll('@media (prefers-color-scheme: dark)', theme === 'dark' ? '@media all' : '@media not all')
    .replaceAll('color-scheme: light dark', `color-scheme: ${theme}`)
    .replaceAll(/(name="color-scheme" content=)"light dark"/g, `$1"${theme}"`)
    .replaceAll(/content="light dark" (name="color-scheme")/g, `content="${theme}" $1`);
}
