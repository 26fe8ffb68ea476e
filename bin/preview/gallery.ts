/** The gallery: every letter and page, in each language, light and dark, on a phone and on a desk. */
import { type Language, LANGUAGES, languagesOf } from '../../functions/domain/language.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { roleOf, stagesOf } from '../../functions/mail/roles.ts';
import { html, type Html } from '../local/pages/html.ts';
import { PAGE_STATES, sampleLetter, THEMES, type Theme } from './samples.ts';

/** Widths in pixels: the narrowest phone, a common one, and a mail program's column on a desk. */
const DEVICES = { small: 320, phone: 390, desk: 700 } as const;
type Device = keyof typeof DEVICES;

export interface GalleryQuery {
  /** All languages of one notice, or all notices of one language. */
  readonly notice: string | undefined;
  readonly language: Language;
}

export function gallery(plan: Plan, { notice, language }: GalleryQuery): Html {
  const languages = languagesOf(plan);
  const missing = LANGUAGES.filter((each) => !languages.includes(each));
  const letters =
    notice === undefined
      ? stagesOf(plan).map((stage) => ({ stage, language }))
      : languages.map((each) => ({ stage: notice, language: each }));
  const link = (href: string, text: string, here: boolean) =>
    html`<li><a href="${href}" ${here ? html`aria-current="page"` : undefined}>${text}</a></li>`;
  return page(`${notice ?? language}`, [
    html`<h1>The letters of ${plan.sunset}</h1>
      <nav aria-label="Languages">
        <ul>
          ${languages.map((each) => link(`/?language=${each}`, nameOf(each), notice === undefined && each === language))}
        </ul>
      </nav>
      <nav aria-label="Notices">
        <ul>
          ${stagesOf(plan).map((each) => link(`/?notice=${each}`, each, each === notice))}
        </ul>
      </nav>
      ${
        missing.length === 0
          ? undefined
          : html`<p class="quiet">
              The plan does not speak ${missing.map(nameOf).join(', ')}: people who read these are written to in another
              language.
            </p>`
      }`,
    ...letters.map(({ stage, language: own }) => letter(plan, stage, own)),
    ...(notice === undefined
      ? [html`<h2>The page behind the link</h2>`, ...PAGE_STATES.map((state) => states(state, language))]
      : []),
  ]);
}

function letter(plan: Plan, stage: string, language: Language): Html {
  const { subject, html: body } = sampleLetter(plan, stage, language);
  const path = `/letter/${stage}/${language}`;
  return html`<section>
    <h2 id="${stage}-${language}">${stage} <span class="quiet">${roleOf(plan, stage)}, ${nameOf(language)}</span></h2>
    <p>
      <span lang="${language}" dir="auto">${subject}</span>
      <span class="quiet">${signsOf(subject)} characters, ${(Buffer.byteLength(body) / 1024).toFixed(1)} KB</span>
      <a href="${path}.txt">plain text</a> <a href="${path}.html">by itself</a>
    </p>
    ${frames(path, ['small', 'phone', 'desk'])}
  </section>`;
}

function states(state: string, language: Language): Html {
  return html`<section>
    <h3>${state}</h3>
    ${frames(`/page/${state}/${language}`, ['phone'])}
  </section>`;
}

function frames(path: string, devices: readonly Device[]): Html {
  const frame = (device: Device, theme: Theme) =>
    html`<figure>
      <figcaption>${device}, ${theme}</figcaption>
      <iframe
        loading="lazy"
        sandbox=""
        width="${DEVICES[device]}"
        height="640"
        src="${path}.html?theme=${theme}"
        title="${path} ${device} ${theme}"
      ></iframe>
    </figure>`;
  return html`<div class="frames" role="region" aria-label="${path}" tabindex="0">
    ${devices.flatMap((device) => THEMES.map((theme) => frame(device, theme)))}
  </div>`;
}

export function notFound(asked: string): Html {
  return page('Not found', [
    html`<h1>Not found</h1>
      <p>You asked for <code>${asked}</code>. <a href="/">The gallery</a> has all there is.</p>`,
  ]);
}

/** As a person counts them, in whatever script. */
function signsOf(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}

const NAMES = new Intl.DisplayNames('en', { type: 'language' });
const nameOf = (language: Language) => NAMES.of(language) ?? language;

function page(title: string, sections: readonly Html[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – letters</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>${sections}</main>
      </body>
    </html>`;
}
