/**
 * The readable half of the evidence: one file that needs nothing else, can be printed, and lets no letter run or load
 * anything. Each letter stands there twice: as text, and as it looked.
 */
import type { AuditEntry, Person } from '../../functions/contracts/operator-api.ts';
import { type Html, html } from '../local/pages/html.ts';
import type { Verdict } from './audit.ts';
import { moment } from './screen.ts';

export interface Evidence {
  readonly madeAt: string;
  readonly planHash: string | null;
  readonly person: Person;
  /** Entries of the trail about the person and their chats. */
  readonly audit: readonly AuditEntry[];
  /** How the whole trail was found, from which they are. */
  readonly trail: { readonly entries: number; readonly last: string | null } & Pick<Verdict, 'verdict' | 'findings'>;
}

const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --ground: #f4f4f2;
    --paper: #fff;
    --ink: #1a1a1a;
    --quiet: #545454;
    --link: #0a50b8;
    --line: #d8d8d4;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #121214;
      --paper: #1c1c1e;
      --ink: #ececec;
      --quiet: #b4b4b4;
      --link: #8ab4f8;
      --line: #48484c;
    }
  }
  body {
    margin: 0;
    background: var(--ground);
    color: var(--ink);
    font:
      1rem/1.5 system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      sans-serif;
    overflow-wrap: anywhere;
  }
  main {
    box-sizing: border-box;
    max-width: 48rem;
    margin: 0 auto;
    padding: 1.5rem 1.25rem;
    background: var(--paper);
  }
  h1 {
    font-size: 1.5rem;
    line-height: 1.25;
    margin: 0 0 1rem;
  }
  h2 {
    font-size: 1.25rem;
    margin: 0 0 0.5rem;
  }
  h3 {
    font-size: 1rem;
    margin: 1rem 0 0.25rem;
  }
  p,
  ul {
    margin: 0 0 0.75rem;
  }
  .quiet {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  dl {
    background: var(--ground);
    margin: 0 0 1rem;
    padding: 0.875rem 1rem;
  }
  dt {
    color: var(--quiet);
    font-size: 0.875rem;
  }
  dd {
    margin: 0 0 0.5rem;
    font-weight: 600;
  }
  section {
    border-block-start: 1px solid var(--line);
    padding-block-start: 1rem;
    margin-block-start: 1.5rem;
  }
  pre {
    white-space: pre-wrap;
    background: var(--ground);
    padding: 0.875rem 1rem;
    margin: 0 0 0.75rem;
    font: inherit;
    unicode-bidi: plaintext;
  }
  iframe {
    box-sizing: border-box;
    width: 100%;
    height: 40rem;
    border: 1px solid var(--line);
    background: #fff;
  }
  .table {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 0.875rem;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    padding: 0.375rem 0.5rem;
    border-block-end: 1px solid var(--line);
  }
  @media print {
    body,
    main {
      background: none;
      color: #000;
    }
    iframe,
    .seen {
      display: none;
    }
    section {
      break-inside: avoid-page;
    }
  }
</style>`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function evidencePage({ person, audit, planHash, trail }: Evidence): string {
  const title = `What ${person.person} was told, and what was done`;
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="content-security-policy" content="${POLICY}" />
      <title>${title}</title>
      ${STYLE}
    </head>
    <body>
      <main>
        <h1>${title}</h1>
        ${about(person)}
        <section>
          <h2>Notices</h2>
          ${person.notices.length === 0 ? html`<p>There are none.</p>` : person.notices.map(notice)}
        </section>
        <section>
          <h2>Chats</h2>
          ${chats(person)}
        </section>
        <section>
          <h2>What operators did</h2>
          ${actions(audit)}
        </section>
        <section>
          <h2>How this can be checked</h2>
          <p>
            The audit trail, from which this is, had ${trail.entries} entries and was ${trail.verdict}. The hash of its
            last entry was ${trail.last ?? 'none, as it was empty'}. The plan that counted has the hash
            ${planHash ?? 'none'}.
          </p>
          ${trail.findings.length === 0 ? undefined : list(trail.findings.map(({ number, sentence }) => `${number}: ${sentence}`))}
          <p>evidence.json, beside this page, holds the same, with the sha256 of each part and of this page.</p>
        </section>
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function about(person: Evidence['person']): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['Made', moment(person.at)],
    ['Sunset, cohort', `${person.sunset}, ${person.cohort}`],
    ['Last day', `${person.endDate} (${person.timeZone ?? 'time zone unknown'})`],
    ['Chats may end from', moment(person.endInstant)],
    ['Latest last day that was told', person.toldEndDate ?? 'none'],
    ['Enrolled', moment(person.enrolledAt)],
    ['Left out', person.exempt ? 'yes' : 'no'],
    ...factsIn(person.facts),
  ];
  return html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function notice({ notice: id, outcome, at, facts, letter }: Evidence['person']['notices'][number]): Html {
  return html`<article>
    <h3>${id}</h3>
    ${list([`${outcome}${at === null ? '' : `, ${moment(at)}`}`, ...factsIn(facts).map((fact) => fact.join(', '))])}
    ${letter === null ? html`<p class="quiet">No letter was sent.</p>` : words(id, letter)}
  </article>`;
}

function words(id: string, letter: NonNullable<Evidence['person']['notices'][number]['letter']>): Html {
  const { language, template, subject, text, html: body } = letter;
  return html`<p class="quiet">Language ${language}, template ${template}. The personal link is left out.</p>
    <p lang="${language}" dir="auto"><strong>${subject}</strong></p>
    <pre lang="${language}" dir="auto">${text}</pre>
    <p class="quiet seen">As it looked:</p>
    <iframe sandbox="" title="The letter ${id}" loading="lazy" srcdoc="${body}"></iframe>`;
}

function chats({ chats: all }: Evidence['person']): Html {
  if (all.length === 0) return html`<p>There are none.</p>`;
  return table(
    ['Chat', 'State', 'Disabled', 'Restored', 'Final after', 'Kept back by'],
    all.map(({ chatId, state, disabledAt, restoredAt, finalAfter, blocked }) => [
      chatId,
      state,
      moment(disabledAt),
      moment(restoredAt),
      moment(finalAfter),
      blocked === null ? '-' : `${blocked.reason}, ${moment(blocked.at)}`,
    ]),
  );
}

function actions(audit: Evidence['audit']): Html {
  if (audit.length === 0) return html`<p>Nothing for this person alone.</p>`;
  return table(
    ['Entry', 'When', 'Who', 'What', 'Why', 'Before and after'],
    audit.map(({ number, at, who, what, why, subject, from, to }) => [
      String(number),
      moment(at),
      who,
      `${what} ${subject}`,
      why,
      from === null && to === null ? '-' : `${from ?? 'nothing'} → ${to ?? 'nothing'}`,
    ]),
  );
}

const factsIn = (facts: Readonly<Record<string, string>>) =>
  Object.entries(facts).map(([kind, at]) => [kind, moment(at)] as const);

const list = (items: readonly string[]) =>
  html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${heads[0]}: table">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
