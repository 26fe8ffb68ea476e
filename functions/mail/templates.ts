/**
 * The messages, as templates for SES: one a stage and language, made when a plan is applied. Everything that the plan
 * says is written into them, escaped; only dates and numbers are left as variables, because SES escapes nothing.
 * The notice comes first, advice last; no picture, no link but the support page.
 */
import { createHash } from 'node:crypto';

import { type Language, LANGUAGES } from '../domain/language.ts';
import { DONE, MOVED } from '../domain/notice-id.ts';
import type { Localised, Plan } from '../domain/plan.ts';
import { type LocalDate, startOfDay } from '../domain/time.ts';
import { TEXTS, type Texts } from './texts.ts';

export interface MailTemplate {
  readonly stage: string;
  readonly language: Language;
  /** Carries the hash of the content: another text is another template. */
  readonly name: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** The variables of one mail. All values come from closed sets: dates, numbers and our own phrases about them. */
export type MailValues = Readonly<Record<string, string>>;

/** Every stage of the ladder, `moved` and `done`, in every language. */
export function mailTemplates(plan: Plan): MailTemplate[] {
  const stages = [...plan.stages.map(({ name, days }) => ({ name, days })), { name: MOVED }, { name: DONE }];
  return stages.flatMap((stage) => LANGUAGES.map((language) => template(plan, stage, language)));
}

/** For the stages of the ladder and `moved`. */
export function noticeValues(
  language: Language,
  { endDate, chats }: { endDate: LocalDate; chats: number },
): MailValues {
  const texts = TEXTS[language];
  return { endDate: longDate(texts, endDate), chats: texts.chats(chats) };
}

/** For `done`. `kept` counts the chats whose encryption we did not turn off. */
export function doneValues(
  language: Language,
  { endDate, disabled, kept }: { endDate: LocalDate; disabled: number; kept: number },
): MailValues {
  const texts = TEXTS[language];
  return { endDate: longDate(texts, endDate), disabled: texts.disabled(disabled), kept: texts.kept(kept) };
}

function longDate({ locale }: Texts, date: LocalDate): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(startOfDay(date, 'UTC'));
}

const VARIABLES = new Set(['endDate', 'chats', 'disabled', 'kept']);

function template(plan: Plan, stage: { name: string; days?: number }, language: Language): MailTemplate {
  const texts = TEXTS[language];
  const own = (text: Localised) => neutral(text[language] ?? text['en'] ?? '');
  const fixed: Record<string, string> = {
    feature: own(plan.feature),
    supportUrl: plan.support.url,
    supportEmail: plan.support.email,
  };
  const fill = (sentence: string) =>
    sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => (VARIABLES.has(name) ? `{{${name}}}` : (fixed[name] ?? '')));

  const [subject, opening] =
    stage.name === MOVED
      ? [texts.subjectMoved, texts.moved]
      : stage.name === DONE
        ? [texts.subjectDone, texts.done]
        : stage.days === 1
          ? [texts.subjectTomorrow, texts.endsTomorrow]
          : [texts.subject, texts.ends];
  const body: Block[] = [
    { paragraphs: [fill(texts.greeting)] },
    { lead: true, paragraphs: [fill(opening)] },
    ...(stage.name === DONE
      ? []
      : [
          { paragraphs: [fill(texts.concerns)] },
          { heading: texts.data, paragraphs: [own(plan.dataFate)] },
          { heading: texts.save, paragraphs: [own(plan.exportInstructions), texts.never] },
          { heading: texts.changes, paragraphs: [own(plan.whatChanges)] },
        ]),
    { heading: texts.reason, paragraphs: [own(plan.reason)] },
    {
      heading: texts.alternatives,
      paragraphs: plan.alternatives.map(({ name, description }) => `${neutral(name)}: ${own(description)}`),
    },
    {
      small: true,
      paragraphs: [fill(texts.support), texts.why, neutral(`${plan.sender.name}, ${plan.sender.postalAddress}`)],
    },
  ];
  const parts = {
    subject: capital(fill(subject), texts.locale),
    html: toHtml(language, body, plan.support.url),
    text: toText(body),
  };
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  return { stage: stage.name, language, name: `${plan.sunset}-${stage.name}-${language}-${digest}`, ...parts };
}

/** A sentence may begin with the feature's name, which a plan writes as it stands in the middle of one. */
function capital(sentence: string, locale: string): string {
  return sentence.charAt(0).toLocaleUpperCase(locale) + sentence.slice(1);
}

interface Block {
  readonly heading?: string;
  readonly lead?: boolean;
  readonly small?: boolean;
  readonly paragraphs: readonly string[];
}

/** A plan's text that looks like a variable is written, not read. */
function neutral(text: string): string {
  return text.replaceAll(/\{(?=\{)/g, '{ ');
}

function escape(text: string): string {
  return text.replaceAll(
    /[<>&"']/g,
    (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  );
}

function toText(blocks: readonly Block[]): string {
  return blocks
    .map(({ heading, paragraphs }) =>
      [...(heading === undefined ? [] : [heading.toUpperCase()]), ...paragraphs].join('\n'),
    )
    .join('\n\n');
}

function toHtml(language: Language, blocks: readonly Block[], supportUrl: string): string {
  const link = (html: string) =>
    html.replaceAll(escape(supportUrl), `<a href="${escape(supportUrl)}">${escape(supportUrl)}</a>`);
  const size = ({ lead, small }: Block) => (lead ? 'font-size:20px;font-weight:600' : small ? 'font-size:13px' : '');
  const content = blocks
    .map((block) => {
      const heading =
        block.heading === undefined ? '' : `<h2 style="font-size:16px;margin:24px 0 4px">${escape(block.heading)}</h2>`;
      const paragraphs = block.paragraphs.map(
        (text) => `<p style="margin:0 0 8px;${size(block)}">${block.small ? link(escape(text)) : escape(text)}</p>`,
      );
      return heading + paragraphs.join('');
    })
    .join('\n');
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head><body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:0 auto;padding:16px">\n${content}\n</body></html>`;
}
