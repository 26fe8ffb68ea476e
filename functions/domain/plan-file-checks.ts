/** Values of a plan file that must fit together; each was judged alone before, and what was refused is absent. */
import type { CohortInFile, PlanInFile } from './plan-file-shape.ts';
import { type Draft, quoted, type Reading, refuse } from './plan-file-values.ts';
import { addDays, endInstant, HOUR, isoInstant, localInstant, startOfDay, EARLIEST_ZONE } from './time.ts';

export function checkTogether(draft: Draft<PlanInFile>, file: Reading): void {
  checkSending(draft, file);
  checkStages(draft, file);
  checkCohorts(draft.cohorts ?? [], file);
  checkWaves(draft.guardRails?.waves, file);
  checkClosing(draft, file);
}

function checkSending({ sendHour, sendWindow }: Draft<PlanInFile>, file: Reading): void {
  const { from, to } = sendWindow ?? {};
  if (from === undefined || to === undefined) return;
  if (from >= to) {
    refuse(file, 'sendWindow', `from ${from} to ${to}`, 'a window that ends after it begins, within 9 to 20');
  } else if (sendHour !== undefined && (sendHour < from || sendHour >= to)) {
    refuse(file, 'sendHour', `${sendHour}`, `an hour inside the send window, ${from} to ${to - 1}`);
  }
}

/**
 * The ladder must be able to keep promises 3 and 4 for somebody who has stopped reminders, so for the required
 * stages alone: enough of them, the first early enough, the last recent enough and yet in time.
 */
function checkStages(draft: Draft<PlanInFile>, file: Reading): void {
  const stages = draft.stages ?? [];
  const rails = draft.guardRails ?? {};
  stages.forEach(({ days }, index) => {
    const before = stages[index - 1]?.days;
    if (days === undefined || before === undefined || days < before) return;
    const given = `${days} days after ${before} days`;
    refuse(
      file,
      `stages[${index}].days`,
      given,
      `fewer than ${before} days: each stage is nearer to the end date than the one before`,
    );
  });
  const readable = stages.every(({ days, required: isRequired }) => days !== undefined && isRequired !== undefined);
  if (draft.stages === undefined || !readable) return;

  const required = stages.flatMap(({ days, required: isRequired }) =>
    isRequired === true && days !== undefined ? [days] : [],
  );
  const wanted = Math.max(2, rails.requiredNotices ?? 2);
  if (required.length < wanted) {
    refuse(
      file,
      'stages',
      `${required.length} required`,
      `at least ${wanted} stages with "required: true", as many as requiredNotices`,
    );
  }
  const first = Math.max(...required);
  const { minimumNotice, margin, finalNotice, finalWithin } = rails;
  if (required.length > 0 && minimumNotice !== undefined && margin !== undefined && first < minimumNotice + margin) {
    const least = minimumNotice + margin;
    const path = `stages[${Math.max(
      0,
      stages.findIndex(({ days }) => days === first),
    )}].days`;
    const allowed = `at least ${least} days: minimumNotice (${minimumNotice}) and margin (${margin}) before the end date`;
    refuse(
      file,
      path,
      `${first} days for the first required stage`,
      allowed,
      'the end date could not be reached with the minimum notice',
    );
  }
  const last = Math.min(...required);
  if (required.length > 1 && finalWithin !== undefined && last > finalWithin) {
    const path = `stages[${Math.max(
      0,
      stages.findIndex(({ days }) => days === last),
    )}].days`;
    refuse(
      file,
      path,
      `${last} days for the last required stage`,
      `at most ${finalWithin} days, the plan's finalWithin`,
    );
  }
  checkFinalNotice(draft, stages.length - 1, finalNotice, file);
}

/** Where clocks go forward after the last stage an hour is missing, so every zone is asked about every end date. */
function checkFinalNotice(
  draft: Draft<PlanInFile>,
  index: number,
  finalNotice: number | undefined,
  file: Reading,
): void {
  const days = draft.stages?.[index]?.days;
  const { sendHour } = draft;
  if (days === undefined || sendHour === undefined || finalNotice === undefined) return;
  const endDates = new Set((draft.cohorts ?? []).flatMap(({ endDate }) => (endDate === undefined ? [] : [endDate])));
  const left = [...endDates].flatMap((endDate) =>
    Intl.supportedValuesOf('timeZone').map((name) => ({
      name,
      endDate,
      hours: (endInstant(endDate, name) - localInstant(addDays(endDate, -days), sendHour, name)) / HOUR,
    })),
  );
  const shortest = left.reduce<(typeof left)[number] | undefined>(
    (a, b) => (a === undefined || b.hours < a.hours ? b : a),
    undefined,
  );
  if (shortest === undefined || shortest.hours >= finalNotice) return;
  const given = `${days} day${days === 1 ? '' : 's'} at ${sendHour}:00, ${shortest.hours} hours before the end of ${shortest.endDate} in ${shortest.name}`;
  refuse(
    file,
    `stages[${index}].days`,
    given,
    `a last stage at least ${finalNotice} hours (finalNotice) before the end in every zone`,
  );
}

function checkCohorts(cohorts: readonly Draft<CohortInFile>[], file: Reading): void {
  if (cohorts.length === 0) return;
  const ids = new Map<string, number>();
  /** By its countries in order, the places of the cohorts that share them. */
  const sets = new Map<string, number[]>();
  /** By country, the set and the place that named it first. */
  const namedBy = new Map<string, { set: string; index: number }>();
  cohorts.forEach(({ id, match }, index) => {
    if (id !== undefined) {
      const before = ids.get(id);
      if (before === undefined) ids.set(id, index);
      else refuse(file, `cohorts[${index}].id`, quoted(id), `an id of its own: cohorts[${before}] has this one`);
    }
    const named = match?.countries;
    if (named === undefined) return;
    const path = `cohorts[${index}].match.countries`;
    const twice = named.find((code, place) => named.indexOf(code) !== place);
    if (twice !== undefined) refuse(file, path, `${quoted(twice)} twice`, 'each country once');
    if (named.includes('*') && named.length > 1) {
      refuse(file, path, `"*" among ${named.length} countries`, '"*" alone: every country that no other cohort names');
    }
    const set = [...new Set(named)].sort().join(' ');
    for (const code of new Set(named)) {
      const before = namedBy.get(code);
      if (before === undefined) namedBy.set(code, { set, index });
      else if (before.set !== set) {
        const allowed = `each country in one set of countries: cohorts[${before.index}] names it beside others`;
        refuse(file, path, quoted(code), allowed, 'cohorts share countries only if they name exactly the same ones');
      }
    }
    sets.set(set, [...(sets.get(set) ?? []), index]);
  });
  const readable = cohorts.every(({ match }) => match?.countries !== undefined && match.percentage !== undefined);
  if (!readable) return;
  for (const [set, places] of sets) {
    const sum =
      places.reduce((total, place) => total + Math.round(100 * (cohorts[place]?.match?.percentage ?? 0)), 0) / 100;
    if (sum === 100) continue;
    const path = `cohorts[${places.at(-1) ?? 0}].match.percentage`;
    const who = set.length > 60 ? `${set.slice(0, 57)}...` : set;
    refuse(
      file,
      path,
      `${sum} % in all for ${who}`,
      'percentages that add up to 100 % among the cohorts that name the same countries',
    );
  }
  if (!namedBy.has('*')) {
    refuse(
      file,
      'cohorts',
      `${[...ids.keys()].join(', ')}`,
      'one cohort or more with countries "*", for everybody whom no other names',
    );
  }
}

function checkWaves(waves: readonly number[] | undefined, file: Reading): void {
  if (waves === undefined) return;
  const fall = waves.findIndex((wave, index) => index > 0 && wave <= (waves[index - 1] ?? 0));
  if (fall > 0) {
    refuse(
      file,
      `guardRails.waves[${fall}]`,
      `${waves[fall]} % after ${waves[fall - 1]} %`,
      'each wave larger than the one before',
    );
  }
  const last = waves.at(-1);
  if (last !== 100)
    refuse(file, `guardRails.waves[${waves.length - 1}]`, `${last} % as the last wave`, '100 % as the last wave');
}

/** New encryption must have stopped before the first day on which anybody can lose it. */
function checkClosing(draft: Draft<PlanInFile>, file: Reading): void {
  const closedFrom = draft.guardRails?.closedFrom;
  const endDates = (draft.cohorts ?? []).flatMap(({ endDate }) => (endDate === undefined ? [] : [endDate])).sort();
  const [earliest] = endDates;
  if (closedFrom === undefined || earliest === undefined) return;
  const limit = startOfDay(earliest, EARLIEST_ZONE);
  if (closedFrom < limit) return;
  const allowed = `an instant before ${isoInstant(limit)}, when the earliest end date, ${earliest}, begins`;
  refuse(file, 'guardRails.closedFrom', quoted(isoInstant(closedFrom)), allowed);
}
