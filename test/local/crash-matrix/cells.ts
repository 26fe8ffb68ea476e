/**
 * Which cells the matrix has, and which of them share a campaign. Deaths in one campaign are a day apart, longer than any
 * lease, retry or reconciliation takes; a campaign that does not end as it should is taken apart, and each of its cells
 * is run alone.
 */
import type { Death } from '../../../bin/local/cloud/cloud.ts';
import { DAY, HOUR, type Instant } from '../../../functions/domain/time.ts';
import type { Crash, Recording } from './crashes.ts';

export const DEATHS: readonly Death[] = ['before', 'accepted', 'replied'];
const STEPS = 'tick dispatch notify sweep disable feedback signals preferences operator report audit'.split(' ');
/** Most deaths in one campaign. */
const TOGETHER = 12;
const APART = DAY;
/** An operator whose command died types it again a minute later: nothing else waits for that. */
const APART_FOR_OPERATORS = 6 * HOUR;

export interface Point {
  readonly number: number;
  readonly name: string;
  readonly step: string;
  readonly call: string;
  /** Undisturbed. */
  readonly instants: readonly Instant[];
  /** Undisturbed it is never made: only by whoever finds what somebody has left behind. */
  readonly isAfterCrash: boolean;
}

/**
 * By function in the order of the flow, then by first occurrence.
 * @param afterCrash a recording in which somebody died
 */
export function pointsOf(recording: Recording, afterCrash: Recording = {}): Point[] {
  const found = Object.entries({ ...recording, ...afterCrash, ...recording }).map(([name, instants], at) => {
    const [step = '', ...call] = name.split(' ');
    return { name, step, call: call.join(' '), instants, isAfterCrash: recording[name] === undefined, at };
  });
  for (const { step } of found) if (!STEPS.includes(step)) throw new Error(`${step}: no step of the flow`);
  for (const step of STEPS) if (!found.some((each) => each.step === step)) throw new Error(`${step} was never called`);
  return found
    .sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step) || a.at - b.at)
    .map(({ at: _, ...point }, n) => ({ number: n + 1, ...point }));
}

/** A name for a cell, of its point and its death. */
export const cellOf = ({ point, death }: Pick<Crash, 'point' | 'death'>) => `${point} ${death}`;

/**
 * Puts each death into the first campaign that has room at an instant at which the point is passed; whoever has fewest
 * instants is put first.
 */
export function together(points: readonly Point[], wanted: readonly Pick<Crash, 'point' | 'death'>[]): Crash[][] {
  const instants = new Map(points.map(({ name, instants: all }) => [name, distinctDays(all)]));
  const campaigns: Crash[][] = [];
  const scarce = wanted.toSorted((a, b) => (instants.get(a.point)?.length ?? 0) - (instants.get(b.point)?.length ?? 0));
  for (const { point, death } of scarce) {
    const all = instants.get(point) ?? [];
    let put = false;
    for (const campaign of campaigns) {
      if (campaign.length >= TOGETHER) continue;
      const from = all.find((at) => campaign.every((other) => areApart({ point, at }, other)));
      if (from === undefined) continue;
      campaign.push({ point, death, from });
      put = true;
      break;
    }
    if (!put) campaigns.push([{ point, death, from: all[0] ?? 0 }]);
  }
  return campaigns;
}

function areApart({ point, at }: { point: string; at: Instant }, other: Crash): boolean {
  const ofOperators = [point, other.point].every((name) => name.startsWith('operator '));
  return Math.abs(at - (other.from ?? 0)) >= (ofOperators ? APART_FOR_OPERATORS : APART);
}

/** The first of each six hours: a later one in them would be put where the first is. */
function distinctDays(instants: readonly Instant[]): Instant[] {
  return [...new Map(instants.toReversed().map((at) => [Math.floor(at / APART_FOR_OPERATORS), at])).values()].reverse();
}
