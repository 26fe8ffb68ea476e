/**
 * What another plan changes of the one that runs. While it runs, end dates may move (`reschedule.ts` says whether), the
 * texts of letters may be put better, and limits may be set otherwise; a looser one takes a second person. All else people
 * have been told, counted or enrolled by: it is refused, with the reason.
 *
 * Paths are those of the new plan file. A plan and itself have no difference, whatever the order of countries.
 */
import { counted, spelled } from './english.ts';
import { textsInLetters } from './language.ts';
import { nearest } from './nearest.ts';
import type { CohortPlan, GuardRails, Localised, Plan } from './plan.ts';
import { isoInstant, type LocalDate } from './time.ts';

export interface Difference {
  /** As in the plan file: `cohorts[1].endDate`. */
  readonly path: string;
  readonly kind: 'date' | 'limit' | 'text' | 'refused';
  /** What it was, what was given, and what to do. */
  readonly sentence: string;
  /** Of a limit: the new one is less careful. */
  readonly looser?: boolean;
  /** Of a date: the cohort whose end date moves, and where to. */
  readonly cohort?: string;
  readonly to?: LocalDate;
}

/** @param x.endDates of each cohort now, which may have moved since the plan began to run */
export function planDifference(
  running: Plan,
  next: Plan,
  x: { readonly endDates: ReadonlyMap<string, LocalDate> },
): Difference[] {
  return [
    ...fixedDifferences(running, next),
    ...textDifferences(running, next),
    ...cohortDifferences(running, next),
    ...dateDifferences(running, next, x.endDates),
    ...limitDifferences(running, next),
  ];
}

// --- What stays as it is --------------------------------------------------------------------------------------

/** How a value of the plan is written in its file. */
type Written<P> = readonly [path: string, of: (plan: P) => string, why: string];

const days = (count: number): string => counted(count, 'day', 'days');
const hours = (count: number): string => counted(count, 'hour', 'hours');
const percent = (value: number): string => `${value} %`;

const FIXED: readonly Written<Plan>[] = [
  [
    'sunset',
    ({ sunset }) => `"${sunset}"`,
    'it names this deployment and deals people into cohorts and waves: under another name everybody would be dealt anew. Deploy another sunset for another feature',
  ],
  [
    'timeZone',
    ({ timeZone }) => timeZone,
    'people whose time zone is unknown are mailed by it, and a day of theirs that has begun would begin again or be left out',
  ],
  [
    'stages',
    ({ stages }) => stages.map((one) => `${days(one.days)}${one.required ? ' (required)' : ''}`).join(', '),
    'people are in the middle of this ladder: with another, some would be told twice and others never. Move the end date to give them more time',
  ],
  [
    'sendHour',
    ({ sendHour }) => `${sendHour}:00`,
    'every notice is due at this hour: with another, one that is out could be due again, and the last one nearer to the end than was approved',
  ],
  [
    'sendWindow',
    ({ sendWindow: { from, to } }) => `${from}:00 to ${to}:00`,
    'it was approved as the hours in which people may be written to, and the quota was reckoned with it. To send less at once, lower sendShare',
  ],
];

const PROMISED = 'people have been promised it, and what they were sent so far was judged by it';

const FIXED_RAILS: readonly Written<GuardRails>[] = [
  ['minimumNotice', ({ minimumNoticeDays }) => days(minimumNoticeDays), PROMISED],
  ['margin', ({ marginDays }) => days(marginDays), PROMISED],
  ['requiredNotices', ({ requiredNotices }) => `${requiredNotices}`, PROMISED],
  ['finalNotice', ({ finalNoticeHours }) => hours(finalNoticeHours), PROMISED],
  ['finalWithin', ({ finalWithinDays }) => days(finalWithinDays), PROMISED],
  [
    'closedFrom',
    ({ closedFrom }) => isoInstant(closedFrom),
    'whoever joined an encrypted chat since then keeps it from being disabled, and some were found so already',
  ],
  [
    'waves',
    ({ waves }) => waves.map(percent).join(', '),
    'they say which chats are disabled first, and a cohort may be between two of them. Pause or hold the cohort to wait longer',
  ],
  [
    'restoreWindow',
    ({ restoreWindowHours }) => hours(restoreWindowHours),
    'the platform destroys nothing until it has closed, and was told when that is for each chat that is disabled already',
  ],
  [
    'moreTime',
    ({ moreTimeDays }) => days(moreTimeDays),
    'people were offered it in their mail, and some have taken it. Move the end date to give everybody more',
  ],
];

function fixedDifferences(running: Plan, next: Plan): Difference[] {
  return [
    ...fixed(FIXED, running, next),
    ...fixed(FIXED_RAILS, running.guardRails, next.guardRails).map((one) => ({
      ...one,
      path: `guardRails.${one.path}`,
    })),
  ];
}

function fixed<P>(all: readonly Written<P>[], running: P, next: P): Difference[] {
  return all.flatMap(([path, of, why]) => {
    const [was, given] = [of(running), of(next)];
    return was === given ? [] : [refused(path, `${path} is ${was}, given ${given}: ${why}. Write ${was} again`)];
  });
}

function refused(path: string, sentence: string): Difference {
  return { path, kind: 'refused', sentence };
}

// --- Texts ----------------------------------------------------------------------------------------------------

function textDifferences(running: Plan, next: Plan): Difference[] {
  const [before, after] = [allTexts(running), allTexts(next)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [was, given] = [before.get(path), after.get(path)];
    return was === given ? [] : [{ path, kind: 'text' as const, sentence: textSentence(path, was, given) }];
  });
}

function textSentence(path: string, was: string | undefined, given: string | undefined): string {
  const change =
    was === undefined
      ? `${path} was not there, given ${quote(given)}`
      : `${path} is ${quote(was)}, given ${quote(given)}`;
  const todo =
    path === 'sender.address'
      ? 'letters come from it from now on: SES must have verified it before (sunset doctor)'
      : 'letters from now on say so, those that are out stay as they are: look at them (sunset preview)';
  return `${change}; ${todo}`;
}

const LONGEST_QUOTE = 120;

function quote(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 3)}...` : line}"`;
}

/** Every text that letters say, by its path. */
function allTexts(plan: Plan): Map<string, string> {
  const { support, sender, alternatives, texts } = plan;
  const inLanguages = (path: string, text: Localised) =>
    Object.entries(text).map(([language, words]) => [`${path}.${language}`, words] as const);
  return new Map([
    ...Object.entries(textsInLetters(plan)).flatMap(([path, text]) => inLanguages(path, text)),
    ...alternatives.map(({ name }, at) => [`alternatives[${at}].name`, name] as const),
    ...inLanguages('support', { ...support }),
    ...inLanguages('sender', { ...sender }),
    ...Object.entries(texts).flatMap(([language, own]) => inLanguages(`texts.${language}`, own)),
  ]);
}

// --- Cohorts --------------------------------------------------------------------------------------------------

const ENROLLED = "a person's cohort is fixed at enrolment";
const OTHERWISE =
  'splitting, merging or shrinking a running cohort would leave people in it whom the plan counts elsewhere, with one date told and another meant';

function cohortDifferences(running: Plan, next: Plan): Difference[] {
  const before = new Map(running.cohorts.map((cohort) => [cohort.id, cohort]));
  const after = new Set(next.cohorts.map(({ id }) => id));
  const missing = [...before.keys()].filter((id) => !after.has(id));
  const found: Difference[] = [];
  const renamed = new Set<string>();
  next.cohorts.forEach((cohort, at) => {
    const was = before.get(cohort.id);
    if (was !== undefined) found.push(...matchDifferences(was, cohort, `cohorts[${at}].match`));
    else {
      const meant = nearest(cohort.id, missing) ?? missing.find((id) => sameMatch(before.get(id), cohort));
      if (meant !== undefined) renamed.add(meant);
      found.push(refused(`cohorts[${at}].id`, strangeCohort(cohort.id, meant, [...before.keys()])));
    }
  });
  for (const id of missing.filter((each) => !renamed.has(each))) {
    const why = `${ENROLLED}, and the people in ${id} would be left without an end date`;
    found.push(refused('cohorts', `cohort ${id} is in the running plan and not in this one: ${why}. Write it again`));
  }
  if (found.length === 0 && !sameOrder(running.cohorts, next.cohorts)) {
    const [was, given] = [running, next].map(({ cohorts }) => cohorts.map(({ id }) => id).join(', '));
    const why =
      'cohorts that share countries take their shares in order, so people who come now would be dealt otherwise';
    found.push(
      refused('cohorts', `the order of cohorts is ${was}, given ${given}: ${why}. Write them in that order again`),
    );
  }
  return found;
}

function strangeCohort(id: string, meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined)
    return `there is no cohort ${id} in the running plan, and ${meant} is missing; ${ENROLLED}, so a cohort cannot be renamed. Write ${meant} again`;
  return `there is no cohort ${id} in the running plan, which has ${known.join(', ')}; ${ENROLLED}, and ${OTHERWISE}. Take it out, and move the end date of a cohort that is there`;
}

function matchDifferences({ id, match: was }: CohortPlan, { match }: CohortPlan, path: string): Difference[] {
  const found: Difference[] = [];
  if (countriesOf(was) !== countriesOf(match)) {
    const [less, added] = [except(was.countries, match.countries), except(match.countries, was.countries)];
    const change = [
      ...(less.length === 0 ? [] : [`without ${less.join(', ')}`]),
      ...(added.length === 0 ? [] : [`with ${added.join(', ')}`]),
    ].join(' and ');
    const why = `${ENROLLED}, and ${OTHERWISE}`;
    found.push(
      refused(
        `${path}.countries`,
        `cohort ${id} is ${was.countries.join(', ')}, given the same ${change}: ${why}. Write its countries again`,
      ),
    );
  }
  if (was.percentage !== match.percentage) {
    const change = `cohort ${id} is ${percent(was.percentage)} of its countries, given ${percent(match.percentage)}`;
    found.push(
      refused(`${path}.percentage`, `${change}: ${ENROLLED}, and ${OTHERWISE}. Write ${percent(was.percentage)} again`),
    );
  }
  return found;
}

const countriesOf = ({ countries }: CohortPlan['match']): string => [...countries].sort().join(' ');
const except = (all: readonly string[], taken: readonly string[]): string[] =>
  all.filter((one) => !taken.includes(one));

function sameMatch(a: CohortPlan | undefined, b: CohortPlan): boolean {
  return a !== undefined && a.match.percentage === b.match.percentage && countriesOf(a.match) === countriesOf(b.match);
}

/** Only among cohorts that share countries does their order mean anything. */
function sameOrder(running: readonly CohortPlan[], next: readonly CohortPlan[]): boolean {
  const orders = (cohorts: readonly CohortPlan[]) => {
    const sets = Map.groupBy(cohorts, ({ match }) => countriesOf(match));
    return [...sets].map(([set, shared]) => `${set}: ${shared.map(({ id }) => id).join(' ')}`).sort();
  };
  return orders(running).join('\n') === orders(next).join('\n');
}

// --- Dates ----------------------------------------------------------------------------------------------------

function dateDifferences(running: Plan, next: Plan, endDates: ReadonlyMap<string, LocalDate>): Difference[] {
  return next.cohorts.flatMap(({ id, endDate: to }, at) => {
    const planned = running.cohorts.find((cohort) => cohort.id === id)?.endDate;
    const now = endDates.get(id) ?? planned;
    if (now === undefined || now === to) return [];
    // Who changes a text in the file they have would otherwise wonder why a date moves.
    const stale =
      planned === to ? `, as it stood in the plan before the cohort was moved: write ${now} to leave it` : '';
    const sentence = `cohort ${id} ends on ${spelled(now)}, given ${spelled(to)}${stale}`;
    return [{ path: `cohorts[${at}].endDate`, kind: 'date' as const, sentence, cohort: id, to }];
  });
}

// --- Limits ---------------------------------------------------------------------------------------------------

interface Limit {
  readonly path: string;
  readonly of: (plan: Plan) => number;
  readonly written: (value: number) => string;
  /** Which way is less careful. */
  readonly looser: 'more' | 'less';
}

const breaker = (name: keyof GuardRails['breakers'], written: (value: number) => string): Limit => ({
  path: `guardRails.breakers.${name}`,
  of: ({ guardRails }) => guardRails.breakers[name],
  written,
  looser: 'more',
});

const LIMITS: readonly Limit[] = [
  {
    path: 'approvals',
    of: ({ approvals }) => approvals,
    written: (value) => counted(value, 'person', 'people'),
    looser: 'less',
  },
  { path: 'guardRails.soak', of: ({ guardRails }) => guardRails.soakHours, written: hours, looser: 'less' },
  {
    path: 'guardRails.disableRate',
    of: ({ guardRails }) => guardRails.disablePerSecond,
    written: (value) => `${value} per second`,
    looser: 'more',
  },
  {
    path: 'guardRails.headCountTolerance',
    of: ({ guardRails }) => guardRails.headCountTolerance,
    written: percent,
    looser: 'more',
  },
  breaker('minimumSample', (value) => counted(value, 'outcome', 'outcomes')),
  breaker('bounces', percent),
  breaker('complaints', percent),
  breaker('suppressed', percent),
  breaker('failures', percent),
  breaker('softBounces', percent),
  { path: 'guardRails.sendShare', of: ({ guardRails }) => guardRails.sendShare, written: percent, looser: 'more' },
];

function limitDifferences(running: Plan, next: Plan): Difference[] {
  return LIMITS.flatMap(({ path, of, written, looser: way }) => {
    const [was, given] = [of(running), of(next)];
    if (was === given) return [];
    const looser = given > was === (way === 'more');
    const todo = !looser
      ? 'that is more careful, and holds as soon as the plan is applied'
      : running.approvals === 2
        ? 'that is less careful, so a second person has to approve it'
        : 'that is less careful, and while approvals is 1 nobody has to approve it';
    const sentence = `${path} is ${written(was)}, given ${written(given)}: ${todo}`;
    return [{ path, kind: 'limit' as const, sentence, looser }];
  });
}
