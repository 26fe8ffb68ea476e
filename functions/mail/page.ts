/**
 * The page behind the link in each letter: plain HTML that works without scripts and keeps nothing in the browser. It
 * shows what can be chosen; only a button, which sends the form, chooses.
 */
import { createHash } from 'node:crypto';

import { directionOf, type Language } from '../domain/language.ts';
import type { Plan } from '../domain/plan.ts';
import type { Choice } from '../domain/signal.ts';
import type { LocalDate } from '../domain/time.ts';
import { type Catalogue, CATALOGUES, PLACEHOLDER, textOf, textsOf } from './catalogue.ts';
import { datesOf } from './values.ts';
import { capital, escape, linkTo } from './writing.ts';

export interface ChoicesPage {
  readonly plan: Plan;
  readonly language: Language;
  /** Of the person's profile: how they write dates. */
  readonly locale: string | null;
  readonly endDate: LocalDate;
  /** IANA name of the zone in which the day ends. */
  readonly zone: string;
  /** `over`: nothing can be chosen any more. */
  readonly over: boolean;
  /** What can be chosen, and what was; what is missing is not offered. */
  readonly choices: Readonly<Partial<Record<Choice, 'open' | 'taken'>>>;
  /** The end date that more time would bring. */
  readonly newDate: LocalDate | undefined;
  /** What was chosen just now could not be any more. */
  readonly late: boolean;
}

const STYLE = `
:root { color-scheme: light dark; --ground: #f4f4f2; --paper: #fff; --ink: #1a1a1a; --quiet: #545454; --link: #0a50b8; --on: #fff; --line: #d8d8d4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #121214; --paper: #1c1c1e; --ink: #ececec; --quiet: #b4b4b4; --link: #8ab4f8; --on: #10131a; --line: #48484c; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
main { box-sizing: border-box; max-width: 36rem; min-height: 100vh; margin: 0 auto; padding: 1.5rem 1.25rem; background: var(--paper); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
p { margin: 0 0 .75rem; }
.quiet { color: var(--quiet); font-size: .875rem; }
dl { background: var(--ground); margin: 0 0 1rem; padding: .875rem 1rem; }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0 0 .5rem; font-weight: 600; }
section { border-block-start: 1px solid var(--line); padding-block-start: 1rem; margin-block-start: 1rem; }
form { margin: 0 0 .5rem; }
button { font: inherit; font-weight: 600; color: var(--on); background: var(--link); border: 0; border-radius: .375rem; padding: .75rem 1rem; min-height: 2.75rem; cursor: pointer; }
button:focus-visible, a:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
a { color: var(--link); }
[role=status] { border-inline-start: 4px solid var(--link); padding-inline-start: .75rem; }
`;

/** What a browser may do with a page: nothing but show it and send its form to where it came from. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow, noarchive',
};

const CHOSEN: Readonly<Record<Choice, string>> = { saved: 'saved', stopped: 'stopped', 'more-time': 'moreTime' };

export function choicesPage(page: ChoicesPage): string {
  const { plan, language, locale, endDate, zone, over, choices, newDate, late } = page;
  const say = sayer(textsOf(plan, language), {
    ...datesOf(language, locale, endDate),
    zone: zone.replaceAll('_', ' '),
    newDate: newDate === undefined ? '' : (datesOf(language, locale, newDate)['endDate'] ?? ''),
    ...fixedOf(plan),
  });
  const feature = plan.feature[language] ?? plan.feature['en'] ?? '';
  const taken = (choice: Choice) =>
    choices[choice] === 'taken' ? `<p role="status">${say(`page.${CHOSEN[choice]}.done`)}</p>` : '';
  const open = (choice: Choice) => {
    if (choices[choice] !== 'open') return '';
    const name = `page.${CHOSEN[choice]}`;
    const button = `<button name="choice" value="${choice}" aria-describedby="${choice}">${say(`${name}.button`)}</button>`;
    return `<section><form method="post">${button}</form><p id="${choice}">${say(`${name}.text`)}</p></section>`;
  };
  const all = Object.keys(CHOSEN) as Choice[];
  const anyOpen = all.some((choice) => choices[choice] === 'open');
  return document(
    language,
    say('page.title'),
    [
      `<p class="quiet">${escape(plan.sender.name)}</p>`,
      `<h1>${say('page.title')}</h1>`,
      late ? `<p role="alert">${say('page.late')}</p>` : '',
      `<dl><dt>${say(over ? 'label.ended' : 'label.ends')}</dt><dd>${escape(capital(feature, language))}</dd>`,
      `<dt>${say(over ? 'label.wasLastDay' : 'label.lastDay')}</dt><dd>${say('day')}</dd></dl>`,
      ...all.map(taken),
      over ? `<p>${say('page.over')}</p>` : '',
      anyOpen ? `<p>${say('page.intro')}</p>` : '',
      ...all.map(open),
      `<section><p class="quiet">${say('footer.help')}</p></section>`,
    ].join('\n'),
  );
}

/** For a link that is wrong, old or somebody else's: what to do, and nothing else. */
export function voidPage(plan: Plan, language: Language): string {
  return helpPage(language, 'page.invalid', sayer(textsOf(plan, language), fixedOf(plan)));
}

/** Where something of ours has failed, perhaps before the plan was read. */
export function failedPage(language: Language): string {
  return helpPage(language, 'page.failed', sayer(CATALOGUES[language], {}));
}

function helpPage(language: Language, about: string, say: (key: string) => string): string {
  const title = say(`${about}.title`);
  return document(language, title, `<h1>${title}</h1>\n<p>${say(`${about}.text`)}</p>`);
}

const fixedOf = ({ support, sender }: Plan) => ({
  supportUrl: support.url,
  supportEmail: support.email,
  senderAddress: sender.address,
  senderName: sender.name,
});

/** Texts with their placeholders filled in, escaped. */
function sayer(texts: Catalogue, values: Readonly<Record<string, string>>): (key: string) => string {
  const filled = (name: string) => (name === 'supportUrl' ? linkTo : escape)(values[name] ?? '');
  return (key) => escape(textOf(texts, key)).replaceAll(PLACEHOLDER, (_, name: string) => filled(name));
}

function document(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}
