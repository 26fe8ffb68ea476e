/**
 * The plan file: YAML that operators write, read once into a plan or refused. A refused file gets all its errors
 * together, each with the path and line of the value, what was given, what is allowed; half a plan never leaves here.
 *
 * Every scalar is read as the text that stands in the file (YAML's failsafe schema): `NO` is Norway, `1 %` is a
 * percentage, a date is a date. First each value is judged alone, then those that passed are judged together, so a
 * mistake in one line does not hide one in another. Whether dates can still be reached depends on when the plan is
 * activated: `checkReachable`.
 */
import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { sealedFrom } from './group.ts';
import type { CohortPlan, GuardRails, LadderStage, Plan } from './plan.ts';
import { checkTogether } from './plan-file-checks.ts';
import { document, type RailsInFile, type PlanInFile } from './plan-file-shape.ts';
import { type PlanError, type Reading, explain, quoted } from './plan-file-values.ts';
import { addDays, daysBetween, type Instant, isoInstant, localDateAt, EARLIEST_ZONE } from './time.ts';

export type ParsedPlan = { readonly plan: Plan } | { readonly errors: readonly PlanError[] };

/** A plan is one item of a table, with room for what stands beside it. */
const LONGEST_FILE = 200_000;

/**
 * Reads a plan file.
 * @returns the plan, or every reason why there is none, in the order of the file.
 */
export function parsePlan(yaml: string): ParsedPlan {
  if (yaml.length > LONGEST_FILE) {
    return { errors: [explain('', null, `${yaml.length} characters`, `a file of up to ${LONGEST_FILE} characters`)] };
  }
  const counter = new LineCounter();
  const parsed = parseDocument(yaml, {
    lineCounter: counter,
    schema: 'failsafe',
    version: '1.2',
    prettyErrors: false,
    merge: false,
  });
  const file: Reading = {
    lineOf: (node) => (node?.range ? counter.linePos(node.range[0]).line : undefined),
    lines: new Map(),
    errors: [],
  };
  for (const problem of [...parsed.errors, ...parsed.warnings]) {
    const { line } = counter.linePos(problem.pos[0]);
    const given = quoted(yaml.split('\n')[line - 1] ?? '');
    const allowed = problem.code === 'DUPLICATE_KEY' ? 'each key once' : `YAML 1.2: ${problem.message}`;
    const hint = problem.code === 'BAD_ALIAS' ? 'write a star in quotes: "*"' : '';
    file.errors.push(explain('', line, given, allowed, hint));
  }
  // A file with a key twice can still be judged; one that is not YAML cannot.
  if ([...parsed.errors, ...parsed.warnings].some(({ code }) => code !== 'DUPLICATE_KEY'))
    return { errors: file.errors };

  const draft = document({ path: '', node: parsed.contents }, file) ?? {};
  checkTogether(draft, file);
  if (file.errors.length > 0) return { errors: file.errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
  return { plan: planOf(draft as PlanInFile) };
}

/** Without errors no key of a draft is absent. */
function planOf(file: PlanInFile): Plan {
  const rails = file.guardRails as RailsInFile;
  return {
    sunset: file.sunset,
    feature: file.feature,
    reason: file.reason,
    whatChanges: file.whatChanges,
    dataFate: file.dataFate,
    exportInstructions: file.exportInstructions,
    authenticity: file.authenticity,
    alternatives: file.alternatives as Plan['alternatives'],
    support: file.support as Plan['support'],
    sender: file.sender as Plan['sender'],
    timeZone: file.timeZone,
    stages: file.stages as readonly LadderStage[],
    sendHour: file.sendHour,
    sendWindow: file.sendWindow as Plan['sendWindow'],
    cohorts: file.cohorts as readonly CohortPlan[],
    approvals: file.approvals,
    texts: file.texts,
    guardRails: {
      minimumNoticeDays: rails.minimumNotice,
      marginDays: rails.margin,
      requiredNotices: rails.requiredNotices,
      finalNoticeHours: rails.finalNotice,
      finalWithinDays: rails.finalWithin,
      closedFrom: rails.closedFrom,
      waves: rails.waves,
      soakHours: rails.soak,
      disablePerSecond: rails.disableRate,
      restoreWindowHours: rails.restoreWindow,
      headCountTolerance: rails.headCountTolerance,
      breakers: rails.breakers as GuardRails['breakers'],
      moreTimeDays: rails.moreTime,
      sendShare: rails.sendShare,
    },
  };
}

/**
 * Whether a plan activated at `now` can still tell everybody in time: each cohort's groups, in whichever zone, must
 * still take members, which they do until a day before their first notice.
 */
export function checkReachable(plan: Plan, now: Instant): PlanError[] {
  const today = localDateAt(now, EARLIEST_ZONE);
  return plan.cohorts.flatMap(({ endDate }, index) => {
    if (now < sealedFrom(plan, endDate, EARLIEST_ZONE)) return [];
    const first = Math.max(...plan.stages.map(({ days }) => days));
    let earliest = addDays(today, first);
    while (now >= sealedFrom(plan, earliest, EARLIEST_ZONE)) earliest = addDays(earliest, 1);
    const notice = `its first notice is due ${first} days before, and people must be enrolled a day before that`;
    const late = daysBetween(endDate, earliest);
    return [
      explain(
        `cohorts[${index}].endDate`,
        null,
        `"${endDate}" at ${isoInstant(now)}`,
        `${earliest} or later`,
        `${notice}; move it by at least ${late} day${late === 1 ? '' : 's'}`,
      ),
    ];
  });
}

/** sha256, hex, of the plan as JSON with its keys in order: two people who see the same hash approve the same content. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex');
}

function canonical(given: unknown): string {
  if (Array.isArray(given)) return `[${given.map(canonical).join(',')}]`;
  if (typeof given !== 'object' || given === null) return JSON.stringify(given);
  const members = Object.entries(given).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
