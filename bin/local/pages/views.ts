/** What the pages show: plain HTML without scripts, to be read with any browser, keyboard or screen reader. */
import { type Instant, isoInstant, parseInstant } from '../../../functions/domain/time.ts';
import type { CohortState } from '../../../functions/domain/wave.ts';
import type { CampaignState } from '../campaign.ts';
import type { MailLine } from '../outside/record.ts';
import { type Content, html, type Html } from './html.ts';
import { type Happening, type Letter, type Mailbox, noFigures, type Person, type StageFigures } from './mailbox.ts';

/** People on one page of the list. */
export const PEOPLE_A_PAGE = 100;
/** Seconds between two readings of the overview while the campaign runs. */
const REFRESH = 10;

/** What the pages show of a campaign's figures. */
export interface PagesState extends Omit<CampaignState, 'cohorts'> {
  readonly cohorts: readonly Pick<
    CohortState,
    'id' | 'endDate' | 'headCount' | 'disabled' | 'wave' | 'hold' | 'arming'
  >[];
}

/** What the overview was asked for. */
export interface OverviewQuery {
  /** Part of a user id, in any case; empty for everybody. */
  readonly person: string;
  /** From 1; beyond the last it is the last. */
  readonly page: number;
  /** Whether it may read itself again. */
  readonly updates: boolean;
}

const COLUMNS: readonly { readonly title: string; readonly of: (figures: Readonly<StageFigures>) => number }[] = [
  { title: 'Accepted', of: ({ accepted }) => accepted },
  { title: 'Delivered', of: ({ delivered }) => delivered },
  { title: 'Bounced', of: ({ bounced }) => bounced },
  { title: 'Bounced softly', of: (figures) => figures['soft-bounced'] },
  { title: 'Complained', of: ({ complained }) => complained },
  { title: 'Rejected', of: ({ rejected }) => rejected },
  { title: 'Not rendered', of: (figures) => figures['rendering-failed'] },
];

export function overview(
  mailbox: Mailbox,
  { now, cohorts, mails, events, disabled }: PagesState,
  query: OverviewQuery,
): Html {
  const figures = { 'Letters accepted': mails, 'Events of SES': events, 'Chats disabled': disabled };
  // Not while somebody looks for a person: reading again would take away what they are typing or pointing at.
  const refreshes = query.updates && query.person === '' && query.page === 1;
  return page('Mailbox', refreshes ? html`<meta http-equiv="refresh" content="${REFRESH}" />` : undefined, [
    html`<h1>Mailbox</h1>
      <p class="now">${time(now)}<span class="quiet"> on the virtual clock</span></p>
      <dl class="figures">
        ${Object.entries(figures).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${number(value)}</dd>
            </div>`,
        )}
      </dl>
      ${refreshes ? html`<p class="quiet">Reads itself again every ${REFRESH} seconds. <a href="/?updates=off">Stop that</a></p>` : undefined}`,
    html`<h2>Stages</h2>
      ${stageTable(mailbox)}`,
    html`<h2>Cohorts</h2>
      ${cohortTable(cohorts)}`,
    html`<h2 id="people">People</h2>
      ${peopleList(mailbox, query)}`,
  ]);
}

function stageTable({ stages }: Mailbox): Html {
  const all = noFigures();
  for (const figures of stages.values())
    for (const kind of Object.keys(all) as (keyof StageFigures)[]) all[kind] += figures[kind];
  const row = (name: string, figures: Readonly<StageFigures>) =>
    html`<tr>
      <th scope="row">${name}</th>
      ${COLUMNS.map(({ of }) => html`<td class="number">${number(of(figures))}</td>`)}
    </tr>`;
  return table(
    'Letters by stage, and what became of them',
    [{ title: 'Stage' }, ...COLUMNS.map(({ title }) => ({ title, number: true }))],
    [...[...stages].map(([stage, figures]) => row(stage, figures)), row('All', all)],
  );
}

function cohortTable(cohorts: PagesState['cohorts']): Html {
  return table(
    'Cohorts, their chats, and whether they go on',
    [
      { title: 'Cohort' },
      { title: 'End date' },
      { title: 'Approved', number: true },
      { title: 'Disabled', number: true },
      { title: 'Still encrypted', number: true },
      { title: 'Wave', number: true },
      { title: 'State' },
    ],
    cohorts.map(
      ({ id, endDate, headCount, disabled, wave, hold, arming }) =>
        html`<tr>
          <th scope="row"><bdi>${id}</bdi></th>
          <td>${day(endDate)}</td>
          <td class="number">${arming === null ? '' : number(arming.headCount)}</td>
          <td class="number">${number(disabled)}</td>
          <td class="number">${number(headCount)}</td>
          <td class="number">${wave}</td>
          <td>
            ${
              hold === null
                ? arming === null
                  ? 'not armed'
                  : 'armed'
                : html`<span class="bad">held</span> since ${time(hold.since)} by <bdi>${hold.who}</bdi>: ${hold.why}`
            }
          </td>
        </tr>`,
    ),
  );
}

function peopleList({ people }: Mailbox, { person, page: wanted }: OverviewQuery): Html {
  const part = person.toLowerCase();
  const found = [...people.values()].filter(({ userId }) => userId.toLowerCase().includes(part)).reverse();
  const pages = Math.max(1, Math.ceil(found.length / PEOPLE_A_PAGE));
  const current = Math.min(wanted, pages);
  const first = (current - 1) * PEOPLE_A_PAGE;
  const shown = found.slice(first, first + PEOPLE_A_PAGE);
  const link = (to: number, text: string, rel: string) =>
    html`<a rel="${rel}" href="/?${new URLSearchParams({ person, page: String(to) }).toString()}#people">${text}</a>`;
  return html`<form action="/#people" method="get" role="search">
      <label for="person">User id, or a part of it</label>
      <input id="person" name="person" value="${person}" autocomplete="off" spellcheck="false" />
      <button>Search</button>
      ${person === '' ? undefined : html`<a href="/#people">Everybody</a>`}
    </form>
    ${
      shown.length === 0
        ? html`<p>
            ${person === '' ? 'Nobody has been sent a letter yet.' : html`No user id holds “<bdi>${person}</bdi>”.`}
          </p>`
        : table(
            `${number(first + 1)} to ${number(first + shown.length)} of ${number(found.length)}, newest letter first`,
            [{ title: 'Person' }, { title: 'Letters', number: true }, { title: 'Newest letter' }, { title: 'Outcome' }],
            shown.map((one) => {
              const newest = one.letters.at(-1);
              return html`<tr>
                <th scope="row">${personLink(one.userId)}</th>
                <td class="number">${one.letters.length}</td>
                <td>${newest === undefined ? 'none' : letterLink(newest)}</td>
                <td>${newest === undefined ? [...one.happenings.values()].map(outcome) : outcomeOf(one, newest)}</td>
              </tr>`;
            }),
          )
    }
    ${
      pages === 1
        ? undefined
        : html`<nav aria-label="Pages of people">
            ${current > 1 ? link(current - 1, 'Previous', 'prev') : undefined}
            <span>Page ${number(current)} of ${number(pages)}</span>
            ${current < pages ? link(current + 1, 'Next', 'next') : undefined}
          </nav>`
    }`;
}

export function personPage(person: Person): Html {
  const told = new Set(person.letters.map(({ notice }) => notice));
  const unwritten = [...person.happenings].filter(([notice]) => !told.has(notice));
  const row = (notice: string, letter: Content, became: Content) =>
    html`<tr>
      <th scope="row"><bdi>${notice}</bdi></th>
      <td>${letter}</td>
      <td>${became}</td>
    </tr>`;
  return page(`${person.userId} – mailbox`, undefined, [
    html`<h1>Mailbox of <bdi>${person.userId}</bdi></h1>
      ${table(
        'Letters to this person, newest first',
        [{ title: 'Notice' }, { title: 'Letter' }, { title: 'Outcome' }],
        [
          ...person.letters
            .map((letter) => row(letter.notice, letterLink(letter), outcomeOf(person, letter)))
            .reverse(),
          ...unwritten.map(([notice, happenings]) => row(notice, 'none', outcome(happenings))),
        ],
      )}`,
  ]);
}

export function letterPage(letter: Letter, { to, text, html: body }: MailLine, person: Person): Html {
  const became = person.happenings.get(letter.notice) ?? [];
  const about: Readonly<Record<string, Content>> = {
    Person: personLink(letter.userId),
    To: html`<bdi>${to}</bdi>`,
    Accepted: time(letter.at),
    Notice: html`<bdi>${letter.notice}</bdi>`,
    'End date': day(letter.endDate),
    Language: letter.locale,
    Outcome:
      became.length === 0
        ? outcome(became)
        : became.map(({ kind, at }) => html`<div>${happened(kind)} ${time(at)}</div>`),
    'Plain text':
      text === undefined ? 'none' : html`<a href="/mail/${letter.offset}.txt">The letter without markup</a>`,
  };
  return page(`${letter.subject} – ${letter.userId}`, undefined, [
    html`<h1>${subject(letter)}</h1>
      <dl class="about">
        ${Object.entries(about).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>`,
    html`<h2>The letter</h2>
      ${
        body === undefined
          ? html`<p>It has no HTML.</p>`
          : html`<iframe
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              src="/mail/${letter.offset}.html"
              title="The letter as it was sent"
              dir="auto"
            ></iframe>`
      }`,
  ]);
}

/** `asked` is what the browser asked for; `why` a sentence, what there is instead. */
export function notFoundPage(asked: string, why: string): Html {
  return page('Not found', undefined, [
    html`<h1>Not found</h1>
      <p>You asked for <code>${asked}</code>.</p>
      <p>${why}</p>
      <p><a href="/">All figures and letters</a>, or <a href="/#people">search for a person</a>.</p>`,
  ]);
}

function page(title: string, head: Content, sections: readonly Html[]): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Sunset</title>
        <link rel="stylesheet" href="/style.css" />
        ${head}
      </head>
      <body>
        <header>
          <a href="/">Sunset <span class="quiet">on this machine</span></a>
        </header>
        <main>${sections.map((section) => html`<section>${section}</section>`)}</main>
      </body>
    </html>`;
}

/** Wider than a phone, it scrolls by itself, also by keyboard. */
function table(caption: string, columns: readonly { title: string; number?: boolean }[], rows: readonly Html[]): Html {
  return html`<div class="table" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class="${column.number ? 'number' : ''}">${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const personLink = (userId: string) => html`<a href="/people/${encodeURIComponent(userId)}"><bdi>${userId}</bdi></a>`;
const subject = ({ subject: text, locale }: Letter) => html`<span lang="${locale}" dir="auto">${text}</span>`;
const letterLink = (letter: Letter) =>
  html`<a href="/mail/${letter.offset}">${subject(letter)}</a><br /><small>${time(letter.at)}</small>`;

const outcomeOf = ({ happenings }: Person, { notice }: Letter) => outcome(happenings.get(notice) ?? []);
function outcome(happenings: readonly Happening[]): Content {
  if (happenings.length === 0) return html`<span class="quiet">no event yet</span>`;
  return happenings.map(({ kind }, i) => [i > 0 ? ', ' : '', happened(kind)]);
}
function happened(kind: Happening['kind']): Html {
  const words = kind.replace('-', ' ');
  return kind === 'delivered' ? html`<span class="good">${words}</span>` : html`<span class="bad">${words}</span>`;
}

const number = (value: number) => value.toLocaleString('en');
const DAY_FORMAT = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const DAYS = new Intl.DateTimeFormat('en-GB', DAY_FORMAT);
const TIMES = new Intl.DateTimeFormat('en-GB', { ...DAY_FORMAT, hour: '2-digit', minute: '2-digit' });
/** An instant, as milliseconds or ISO 8601, in UTC. */
function time(at: Instant | string): Html {
  const instant = typeof at === 'string' ? parseInstant(at) : at;
  return html`<time datetime="${isoInstant(instant)}">${TIMES.format(instant)} UTC</time>`;
}
/** A local date, `YYYY-MM-DD`. */
const day = (date: string) => html`<time datetime="${date}">${DAYS.format(parseInstant(`${date}T00:00Z`))}</time>`;
