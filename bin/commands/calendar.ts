/** `sunset calendar`: who gets what when, before anything is deployed. It asks no API: a plan file is enough. */
import type { Command } from 'commander';

import {
  type Calendar,
  type CalendarFinding,
  calendarOf,
  type CohortDates,
  type StageDates,
  weekdayOf,
} from '../../functions/domain/calendar.ts';
import { spelled } from '../../functions/domain/english.ts';
import { type Account, allowance, crowdedRuns } from '../../functions/domain/mail-load.ts';
import { nearest } from '../../functions/domain/nearest.ts';
import { parsePlan } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { type Instant, isoInstant, parseInstant } from '../../functions/domain/time.ts';
import { checkMail } from '../../functions/mail/templates.ts';
import type { Desk } from './desk.ts';
import { EXIT, Refusal, wrongUse } from './exit.ts';
import { wholeNumber, withExamples } from './options.ts';
import { textOf } from './plan.ts';
import { columns, counted, indented, moment, number, type Screen } from './screen.ts';

interface Options {
  readonly people?: readonly string[];
  readonly quota?: number;
  readonly rate?: number;
  readonly at?: string;
}

export function addCalendar(program: Command, desk: Desk): void {
  const command = program
    .command('calendar <file>')
    .description(
      'Who gets what when under a plan file, how much mail that is, what it costs, and what is wrong with it',
    )
    .option(
      '--people <count>',
      'how many people: cohort=count, by commas or again; or one number, dealt by percentage',
      (given: string, before: readonly string[] | undefined) => [...(before ?? []), ...given.split(',')],
    )
    .option('--quota <mails>', 'mails that SES allows the account in 24 hours', wholeNumber(1))
    .option('--rate <mails>', 'mails that SES allows the account in a second', wholeNumber(1, 100_000))
    .option('--at <instant>', 'when the plan is to be activated (now), as in 2026-03-20T00:00:00Z')
    .action((file: string, options: Options) => {
      const account = accountOf(options);
      const at = options.at === undefined ? desk.io.now() : instantOf(options.at);
      const parsed = parsePlan(textOf(file));
      const calendar = 'errors' in parsed ? null : calendarOf(questionOf(parsed.plan, at, account, options));
      const wrong = 'errors' in parsed ? parsed.errors : checkMail(parsed.plan);
      const findings = [
        ...wrong.map(({ path, sentence }): CalendarFinding => ({ level: 'error', path, sentence })),
        ...(calendar?.findings ?? []),
      ];
      const plan = 'errors' in parsed ? null : parsed.plan;
      if (findings.some(({ level }) => level === 'error')) desk.exit = EXIT.refused;
      desk.show(answerOf(plan, at, calendar, findings), () =>
        lines({ file, plan, at, account, calendar, findings }, desk.screen),
      );
    });
  withExamples(
    command,
    'calendar plan.yaml',
    'calendar plan.yaml --people pilot=40000,eea=2000000,rest-first=600000,rest=2400000 --quota 1000000 --rate 200',
    'calendar plan.yaml --at 2026-03-20T00:00:00Z --json',
  );
}

function accountOf({ quota, rate }: Options): Account | null {
  if (quota !== undefined && rate !== undefined) return { daily: quota, rate };
  if (quota === undefined && rate === undefined) return null;
  const [given, missing] = quota === undefined ? ['--rate', '--quota'] : ['--quota', '--rate'];
  return wrongUse(`${given} is given without ${missing}`, 'give both, as the SES console shows them, or neither');
}

function instantOf(given: string): Instant {
  try {
    return parseInstant(given);
  } catch (error) {
    return wrongUse(`--at: ${(error as Error).message}`, 'give it so, or leave it out for now');
  }
}

function questionOf(plan: Plan, now: Instant, account: Account | null, { people = [] }: Options) {
  return { plan, now, account, people: peopleOf(plan, people) };
}

const COUNT = /^\d{1,10}$/;

/** One number is dealt where percentages say how: among cohorts that share their countries. */
function peopleOf(plan: Plan, given: readonly string[]): Map<string, number> {
  const [total] = given;
  if (given.length === 1 && total !== undefined && COUNT.test(total)) return dealt(plan, Number(total));
  const known = plan.cohorts.map(({ id }) => id);
  const people = new Map<string, number>();
  for (const each of given) {
    const [cohort = '', count = ''] = each.trim().split('=');
    if (!COUNT.test(count))
      return wrongUse(
        `--people is given "${each}"`,
        `write cohort=count, as in ${known[0]}=40000, or one number alone`,
      );
    if (!known.includes(cohort)) {
      const meant = nearest(cohort, known);
      throw new Refusal({
        code: 'unknown-cohort',
        sentence: `--people names the cohort "${cohort}", which the plan does not have`,
        todo: `its cohorts are ${known.join(', ')}`,
        ...(meant === undefined ? {} : { nearest: meant }),
      });
    }
    if (people.has(cohort)) return wrongUse(`--people names ${cohort} twice`, 'name each cohort once');
    people.set(cohort, Number(count));
  }
  return people;
}

function dealt({ cohorts }: Plan, total: number): Map<string, number> {
  const sets = new Set(cohorts.map(({ match }) => [...match.countries].sort().join(' ')));
  if (sets.size > 1)
    return wrongUse(
      `--people ${total} cannot be dealt: how many of them live in each cohort's countries is not known`,
      `give each its own: --people ${cohorts.map(({ id }) => `${id}=…`).join(',')}`,
    );
  let [share, before] = [0, 0];
  return new Map(
    cohorts.map(({ id, match }) => {
      share += match.percentage;
      const upTo = Math.round((total * share) / 100);
      const count = upTo - before;
      before = upTo;
      return [id, count] as const;
    }),
  );
}

// --- For a program ---------------------------------------------------------------------------------------------

function answerOf(plan: Plan | null, at: Instant, calendar: Calendar | null, findings: readonly CalendarFinding[]) {
  return {
    /** Null: the file is no plan; the findings say why. */
    sunset: plan?.sunset ?? null,
    at: isoInstant(at),
    cohorts: (calendar?.cohorts ?? []).map((cohort) => ({
      ...cohort,
      stages: cohort.stages.map((stage) => ({
        ...stage,
        first: isoInstant(stage.first),
        last: isoInstant(stage.last),
        finished: stage.finished === null ? null : isoInstant(stage.finished),
      })),
      waves: cohort.waves.map((wave) => ({ ...wave, at: isoInstant(wave.at) })),
      restorableUntil: isoInstant(cohort.restorableUntil),
    })),
    days: calendar?.days ?? [],
    limit: calendar?.limit ?? null,
    cost: calendar?.cost ?? null,
    findings,
  };
}

// --- For a person ----------------------------------------------------------------------------------------------

interface Told {
  readonly file: string;
  readonly plan: Plan | null;
  readonly at: Instant;
  readonly account: Account | null;
  readonly calendar: Calendar | null;
  readonly findings: readonly CalendarFinding[];
}

const utc = (at: Instant): string => moment(isoInstant(at));

function lines({ file, plan, at, account, calendar, findings }: Told, screen: Screen): string[] {
  const paint = { error: 'bad', warning: 'warning' } as const;
  const errors = findings.filter(({ level }) => level === 'error').length;
  const found = [counted(errors, 'error', 'errors'), counted(findings.length - errors, 'warning', 'warnings')].join(
    ', ',
  );
  return [
    ...(plan === null || calendar === null
      ? [`${file} is no plan`, '']
      : [
          `${screen.paint('strong', plan.sunset)}, activated ${utc(at)}. First and last are due times over all time zones; * is required`,
          '',
          ...calendar.cohorts.flatMap((cohort) => [...cohortLines(cohort, screen), '']),
          ...mailLines(plan, account, calendar, screen),
          ...costLines(calendar),
          '',
        ]),
    screen.paint('strong', `Findings: ${found}`),
    ...indented(findings.map(({ level, sentence }) => `${screen.paint(paint[level], level)}: ${sentence}`)),
  ];
}

function cohortLines(cohort: CohortDates, screen: Screen): string[] {
  const { people, endDate, stages, waves, restorableUntil } = cohort;
  const size = people === null ? 'people not known' : counted(people, 'person', 'people');
  const rows = stages.map((stage) => [
    `${stage.stage}${stage.required ? '*' : ''}`,
    stage.day,
    utc(stage.first),
    utc(stage.last),
    stage.mails === null ? '-' : number(stage.mails),
    left(stage),
  ]);
  const opens = waves.map(({ percent, at }) => `${percent} % ${utc(at)}`).join(', ');
  return [
    `${screen.paint('strong', cohort.cohort)}: ${whom(cohort)}, ${size}, ends ${weekdayOf(endDate)}, ${spelled(endDate)}`,
    ...indented([
      ...columns([['stage', 'day', 'first', 'last', 'mails', 'has left by'], ...rows]),
      `waves, at the earliest: ${opens}; restorable until ${utc(restorableUntil)}`,
    ]),
  ];
}

/** So many countries are named, of more their number. */
const FEW = 6;

function whom({ countries, percentage }: CohortDates): string {
  const share = percentage === 100 ? '' : `${percentage} % of `;
  if (countries.includes('*')) return `${share}every other country`;
  return `${share}${countries.length > FEW ? `${countries.length} countries` : countries.join(', ')}`;
}

function left({ finished, spills, missed }: StageDates): string {
  if (finished === null) return '-';
  return [
    utc(finished),
    ...(spills === 0 ? [] : [`${counted(spills, 'day', 'days')} late`]),
    ...(missed === 0 ? [] : [`${number(missed)} missed`]),
  ].join(', ');
}

function mailLines(plan: Plan, account: Account | null, { days, limit }: Calendar, screen: Screen): string[] {
  if (days.length === 0) return ['Mails: give --people to see how many, on which days, and what they cost'];
  const busiest = [...days].sort((a, b) => b.due - a.due).slice(0, 3);
  const most = busiest.map(({ day, due }) => `${day} ${number(due)}`).join(', ');
  if (account === null || limit === null)
    return [`Most mail is due on ${most}; give --quota and --rate to see whether it fits`];
  const runs = crowdedRuns(days);
  if (runs.length === 0) return [`Most mail is due on ${most}; ${allowance(plan, account, limit)}, so all days fit`];
  return [
    `Most mail is due on ${most}; ${allowance(plan, account, limit)}`,
    screen.paint('bad', 'More than fits:'),
    ...indented(
      columns(
        runs.map(({ from, until, due, missed }) => [
          from === until ? from : `${from} to ${until}`,
          `${number(due)} mails`,
          missed === 0 ? '' : `${number(missed)} missed`,
        ]),
      ),
    ),
  ];
}

function costLines({ cost, cohorts }: Calendar): string[] {
  if (cost === null) return [];
  const some = cohorts.some(({ people }) => people === null) ? ', without the cohorts whose people are not known' : '';
  const dollars = (amount: number) => `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
  return [
    `SES: up to ${number(cost.mails)} mails${some}: ${dollars(cost.aLaCarte)} à la carte, ${dollars(cost.essentials)} on the Essentials plan`,
  ];
}
