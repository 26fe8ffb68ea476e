/**
 * What goes wrong, by name, each with how often it is asked to. A seed chooses which of them it has, and how many: a world
 * in which everything fails at once hides what a single failure does. Each that strikes is counted.
 */
import type { Draw } from './draw.ts';

/** Share of the occasions on which a fault strikes, where a seed has it. */
const RATES = {
  'message doubled': 0.05,
  'message late': 0.03,
  'message out of order': 0.3,
  'message lost': 0.01,
  'message from the dead letters, days later': 0.01,
  'killed before a call': 0.003,
  'killed while a call is answered': 0.003,
  'killed after a call': 0.003,
  'out of time': 0.01,
  'ses: accepted, reply lost': 0.04,
  'ses: too fast': 0.04,
  'ses: part of a call throttled': 0.04,
  'ses: quota of the day used up': 0.3,
  'ses: account stopped': 0.3,
  'ses: letter not rendered': 0.01,
  'ses: address suppressed': 0.02,
  'mailbox full': 0.03,
  'event lost': 0.03,
  'event doubled': 0.05,
  'event out of order': 0.2,
  'event days late': 0.02,
  'write delayed, others come first': 0.01,
  'write repeated by the client': 0.003,
  'table throttled': 0.003,
  'batch processed in part': 0.02,
  'index behind': 0.3,
  'stale read': 0.3,
  'bus refuses an event': 0.05,
  'queue refuses messages': 0.01,
  'tick missed': 0.05,
  'tick doubled': 0.05,
  'tick out of order': 0.03,
  'clock off': 0.8,
  'daylight saving': 0.6,
  'all functions down': 0.3,
  'deployed anew': 0.5,
} as const;
export type Fault = keyof typeof RATES;
export const FAULTS = Object.keys(RATES) as readonly Fault[];

export class Faults {
  readonly struck = new Map<Fault, number>();
  private readonly draw: Draw;
  private readonly intensity: number;
  private readonly chosen: ReadonlySet<Fault>;
  private calm = false;

  /** @param only instead of those that a seed chooses, but for the weeks in which it is played */
  constructor(draw: Draw, only?: readonly Fault[]) {
    this.draw = draw;
    this.intensity = draw.pick([0.3, 1, 1, 2]);
    const share = draw.pick([0.15, 0.35, 0.6]);
    const chosen = new Set(FAULTS.filter(() => draw.chance(share)));
    const season = chosen.has('daylight saving') ? (['daylight saving'] as const) : [];
    this.chosen = only === undefined ? chosen : new Set([...only, ...season]);
  }

  /** Whether it strikes now; then it is counted. */
  strikes(fault: Fault): boolean {
    if (this.calm || !this.chosen.has(fault) || !this.draw.chance(RATES[fault] * this.intensity)) return false;
    this.count(fault);
    return true;
  }

  has(fault: Fault): boolean {
    return this.chosen.has(fault);
  }

  count(fault: Fault): void {
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
  }

  /** From now on nothing goes wrong any more: what is open then has to come to its end. */
  end(): void {
    this.calm = true;
  }
}
