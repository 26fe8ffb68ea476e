/**
 * The letters as templates for SES: one a stage and language, made when a plan is applied. Everything that the plan
 * says is written into them, escaped; variables are left only for what differs from person to person, and all of it is
 * from closed sets (`values.ts`), because SES escapes nothing.
 */
import { createHash } from 'node:crypto';

import { directionOf, type Language, languagesOf } from '../domain/language.ts';
import type { Localised, Plan } from '../domain/plan.ts';
import { explain, type PlanError } from '../domain/plan-file-values.ts';
import { checkTexts, PLACEHOLDER, textOf, textsOf } from './catalogue.ts';
import { COMPILED } from './compiled.ts';
import { pluralForms, PLURALS, type PluralText, variableOf } from './plurals.ts';
import { roleOf, stagesOf } from './roles.ts';
import { fill, type Filling } from './slots.ts';
import { capital, escape, linkTo, neutral } from './writing.ts';

export interface MailTemplate {
  readonly stage: string;
  readonly language: Language;
  /** Carries the hash of the content: another text is another template. */
  readonly name: string;
  /** sha256, hex, of subject, HTML and text. */
  readonly hash: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Every stage in every language of the plan. */
export function mailTemplates(plan: Plan): MailTemplate[] {
  return stagesOf(plan).flatMap((stage) => languagesOf(plan).map((language) => templateOf(plan, stage, language)));
}

/** Gmail cuts a letter off beyond 102 KB; the rest is for the variables. */
const LARGEST = 100 * 1024;

/** Judges whether letters can be made of the plan, and reach people whole. */
export function checkMail(plan: Plan): PlanError[] {
  const texts = checkTexts(plan);
  // Letters are made of texts that are whole.
  return texts.length > 0 ? texts : checkSizes(plan);
}

function checkSizes(plan: Plan): PlanError[] {
  return mailTemplates(plan).flatMap(({ stage, language, html }) => {
    const size = Buffer.byteLength(html);
    if (size <= LARGEST) return [];
    const given = `a letter ${stage} in ${language} of ${size} bytes`;
    return [
      explain('', null, given, `up to ${LARGEST} bytes, beyond which mail programs cut it off`, 'shorten the texts'),
    ];
  });
}

export function templateOf(plan: Plan, stage: string, language: Language): MailTemplate {
  const role = roleOf(plan, stage);
  const parts = {
    subject: fillingOf(plan, language, 'text').value(`${role}.subject`),
    html: fill(COMPILED[role].html, fillingOf(plan, language, 'html')),
    text: fill(COMPILED[role].text, fillingOf(plan, language, 'text')),
  };
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return { stage, language, name: `${plan.sunset}-${stage}-${language}-${hash.slice(0, 12)}`, hash, ...parts };
}

/** Left for SES to fill in, person by person. */
const VARIABLES: ReadonlySet<string> = new Set(['endDate', 'endDay', 'zone', 'link']);

type Form = 'html' | 'text';
/** A text of the catalogue; `variables` names the variable that stands for a placeholder. */
type Sentence = (key: string, variables?: Readonly<Record<string, string>>) => string;

/** How a text of the plan or an address of it is written in each form. */
const WRITTEN: Readonly<Record<Form, { words: (text: string) => string; page: (url: string) => string }>> = {
  html: {
    words: (text) => escape(neutral(text)).replaceAll('\n', '<br/>'),
    page: (url) => linkTo(neutral(url), ' class="link" style="color:#0a50b8;text-decoration:underline"'),
  },
  text: { words: neutral, page: neutral },
};

function fillingOf(plan: Plan, language: Language, form: Form): Filling {
  const { words, page } = WRITTEN[form];
  const texts = textsOf(plan, language);
  const own = (text: Localised) => words(text[language] ?? text['en'] ?? '');
  const ofPlan: Readonly<Record<string, () => string>> = {
    language: () => language,
    direction: () => directionOf(language),
    feature: () => capital(oneLine(own(plan.feature)), language),
    reason: () => own(plan.reason),
    whatChanges: () => own(plan.whatChanges),
    dataFate: () => own(plan.dataFate),
    exportInstructions: () => own(plan.exportInstructions),
    authenticity: () => own(plan.authenticity),
    senderName: () => words(plan.sender.name),
    postalAddress: () => words(plan.sender.postalAddress),
  };
  const inSentences: Readonly<Record<string, () => string>> = {
    feature: () => oneLine(own(plan.feature)),
    senderName: () => words(plan.sender.name),
    senderAddress: () => words(plan.sender.address),
    supportEmail: () => words(plan.support.email),
    supportUrl: () => page(plan.support.url),
  };
  const sentence: Sentence = (key, variables = {}) =>
    textOf(texts, key)
      .split(PLACEHOLDER)
      // Every second part is a placeholder's name.
      .map((part, at) => {
        if (at % 2 === 0) return words(part);
        const variable = variables[part] ?? (VARIABLES.has(part) ? part : undefined);
        return variable === undefined ? (inSentences[part]?.() ?? '') : `{{${variable}}}`;
      })
      .join('');
  const value = (slot: string): string => {
    if (VARIABLES.has(slot)) return `{{${slot}}}`;
    if (slot === 'done')
      return `${plural('done.disabled', sentence, language)} ${plural('done.kept', sentence, language)}`;
    if (slot === 'count') return plural('count', sentence, language);
    if (slot.endsWith('.subject')) return capital(oneLine(sentence(slot)), language);
    return ofPlan[slot]?.() ?? sentence(slot);
  };
  const filling: Filling = {
    value,
    entries: (list) =>
      list === 'hasAlternatives'
        ? [filling].slice(0, plan.alternatives.length)
        : plan.alternatives.map(({ name, description }) => ({
            value: (slot) => (slot === 'alternative.name' ? words(name) : own(description)),
            entries: () => [],
          })),
  };
  return filling;
}

/**
 * A text with a number in it, in each plural form of the language: the variable of the form that is meant holds the
 * number, those of the others are empty (`values.ts`).
 */
function plural(text: PluralText, sentence: Sentence, language: Language): string {
  const number = PLURALS[text];
  return pluralForms(language)
    .map((form) => {
      const variable = variableOf(number, form);
      return `{{#if ${variable}}}${sentence(`${text}.${form}`, { [number]: variable })}{{/if}}`;
    })
    .join('');
}

/** A no-break space stays one. */
const oneLine = (text: string) => text.replaceAll(/([ \t\n]|<br\/>)+/g, ' ');
