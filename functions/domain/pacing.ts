/**
 * How fast mail may leave. SES counts the recipients of every second and drops the excess, so a slot's length
 * follows from two rules: on average no more than our share of the rate, and in no second more bursts of this
 * size than the account takes. Where bursts of several sizes follow each other, a second may hold the rate and one
 * burst: SES allows short ones, and whoever it drops is sent to again.
 */
import { PAGE_SIZE } from './group.ts';
import type { Plan } from './plan.ts';

export interface Quota {
  /** Recipients a second, of the account. */
  readonly rate: number;
  /** Recipients in 24 hours, of the account. */
  readonly daily: number;
  readonly sentToday: number;
}

/** The most recipients of one call: fifty, or one second's worth where the account is slower. */
export function largestBurst(plan: Plan, rate: number): number {
  return Math.max(1, Math.min(50, Math.floor((rate * plan.guardRails.sendShare) / 100)));
}

/** Milliseconds for which `count` recipients use the account. */
export function slotLength(plan: Plan, rate: number, count: number): number {
  const share = (rate * plan.guardRails.sendShare) / 100;
  const bursts = Math.max(1, Math.floor(rate / count));
  return Math.ceil(1000 * Math.max(count / share, 1 / bursts));
}

/** Recipients that we may still send today: our share, less what was sent, less what may be under way. */
export function budgetLeft(plan: Plan, { daily, rate, sentToday }: Quota): number {
  const share = plan.guardRails.sendShare / 100;
  const underWay = sentToday === 0 ? 0 : Math.min(rate * share * 60, daily * 0.01);
  return Math.max(0, Math.floor(daily * share - sentToday - underWay));
}

/** Pages that dispatch queues at most: a quarter of an hour of sending. */
export function queueAhead(plan: Plan, rate: number): number {
  const people = ((rate * plan.guardRails.sendShare) / 100) * 15 * 60;
  return Math.max(1, Math.floor(people / PAGE_SIZE));
}

/** Milliseconds that it takes to send to so many people. */
export function sendingTime(plan: Plan, rate: number, people: number): number {
  return Math.ceil((people * 1000 * 100) / (rate * plan.guardRails.sendShare));
}
