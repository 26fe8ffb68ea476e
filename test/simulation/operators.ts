/**
 * Operators, drawn: two people and a role, who hold, release, move dates, exempt, waive, arm and restore, at bad moments
 * too, through the operators' API; and who look in every third day, so that what needs a person gets one in the end. Some try
 * what they must not.
 */
import {
  DAY,
  HOUR,
  type LocalDate,
  addDays,
  laterDate,
  localDateAt,
  localInstant,
  MINUTE,
} from '../../functions/domain/time.ts';
import { ANA, BEN, requestOf, ROLE } from '../usecases/operator/desk.ts';
import type { Account } from './account.ts';
import type { Audience } from './audience.ts';
import type { Draw } from './draw.ts';
import type { Scenario } from './scenario.ts';
import type { Seen } from './seen.ts';
import type { Timeline } from './timeline.ts';

const reason = 'as drawn';

interface Answered {
  readonly status: number;
  readonly body: any;
}

export class Operators {
  private readonly account: Account;
  private readonly audience: Audience;
  private readonly timeline: Timeline;
  private readonly seen: Seen;
  private readonly draw: Draw;
  private readonly scenario: Scenario;
  private keys = 0;
  /** Holds that somebody means to keep until then. */
  private readonly kept = new Map<string, number>();
  private readonly restored = new Set<string>();
  private hasHeldMeanwhile = false;
  private readonly quiet: boolean;
  private active = false;
  /** The cohort that they forget to arm for some days, and whose date they move when chats of others are off already. */
  private readonly forgotten: string | undefined;
  /** Whether they restore a cohort of which some chats are off for too long, and others are not. */
  private restoresLate: boolean;
  /** The cohort that they hold, disarm and never arm again, once the date is past; some of it is restored at times. */
  private readonly unwanted: string | undefined;
  private hasGivenUp = false;

  /** @param x.quiet they activate, arm, and do nothing else of themselves */
  constructor(x: {
    account: Account;
    audience: Audience;
    timeline: Timeline;
    seen: Seen;
    draw: Draw;
    scenario: Scenario;
    quiet: boolean;
  }) {
    this.account = x.account;
    this.audience = x.audience;
    this.timeline = x.timeline;
    this.seen = x.seen;
    this.draw = x.draw.of('operators');
    this.scenario = x.scenario;
    this.quiet = x.quiet;
    const ids = [...x.scenario.endDates.keys()];
    this.forgotten = !x.quiet && ids.length > 1 && this.draw.chance(0.3) ? this.draw.pick(ids) : undefined;
    this.restoresLate = !x.quiet && this.draw.of('restore').chance(0.4);
    this.unwanted = !x.quiet && this.draw.of('give up').chance(0.15) ? this.draw.of('unwanted').pick(ids) : undefined;
    this.plan();
  }

  /** One request, until it is answered: who hears nothing asks again, with the same key. */
  async ask(who: string, method: string, target: string, body?: Record<string, unknown>, tries = 6): Promise<Answered> {
    const key = `operator-key-${++this.keys}`;
    const at = this.timeline.now;
    for (let n = 0; ; n++) {
      const outcome = await this.account.invoke('operator', requestOf(who, { method, target, body, key }));
      const result = outcome.kind === 'done' ? (outcome.result as { statusCode: number; body: string }) : undefined;
      const status = result?.statusCode ?? 0;
      const answer: unknown = result === undefined ? null : JSON.parse(result.body);
      this.seen.commands.push({
        at,
        who,
        method,
        path: target.split('?')[0] ?? '',
        body: body ?? {},
        answeredAt: this.timeline.now,
        status,
        answer,
      });
      if ((status !== 0 && status !== 500) || n >= tries) return { status, body: answer };
      await this.wait(this.draw.between(1, 30) * MINUTE);
    }
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.timeline.after(ms, resolve));
  }

  /** Proposed by one, approved by the other; in between, now and then, somebody tries to get by alone. */
  private async together(proposal: Record<string, unknown>): Promise<Answered> {
    const { draw } = this;
    const [first, second] = draw.chance(0.5) ? [ANA, BEN] : [BEN, ANA];
    const proposed = await this.ask(first, 'POST', '/v1/changes', { reason, ...proposal });
    if (proposed.status !== 200) return proposed;
    const { id, hash } = proposed.body as { id: string; hash: string };
    const approve = `/v1/changes/${id}/approve`;
    if (draw.chance(0.1)) await this.ask(first, 'POST', approve, { hash });
    if (draw.chance(0.1)) await this.ask(ROLE, 'POST', approve, { hash });
    if (draw.chance(0.1)) await this.ask(second, 'POST', approve, { hash: 'f'.repeat(64) });
    if (draw.chance(0.3)) await this.wait(draw.between(1, 26 * 60) * MINUTE);
    return this.ask(second, 'POST', approve, { hash });
  }

  private plan(): void {
    const { draw, timeline, scenario } = this;
    const { begin, lastEnd } = scenario;
    void this.activate();
    const moments = this.badMoments();
    const at = (from: number, to: number, what: () => Promise<unknown>) => {
      const bad = moments.filter((each) => each >= from && each <= to);
      const instant =
        bad.length > 0 && draw.chance(0.6)
          ? draw.pick(bad) + draw.between(-20, 20) * MINUTE
          : draw.between(from / MINUTE, to / MINUTE) * MINUTE;
      timeline.at(Math.max(instant, begin + HOUR), () => void what());
    };
    const times = (most: number, what: () => void) => {
      for (let n = draw.between(0, most); n > 0; n--) what();
    };
    // Every third day somebody looks in.
    timeline.at(begin + DAY + draw.between(0, 12 * 60) * MINUTE, () => this.lookIn());
    if (this.quiet) return;
    times(3, () => at(begin, lastEnd + 5 * DAY, () => this.hold()));
    times(1, () => at(begin, lastEnd, () => this.reschedule()));
    times(1, () => at(begin, lastEnd, () => this.exempt()));
    times(1, () => at(lastEnd - DAY, lastEnd + 8 * DAY, () => this.restore()));
    times(1, () => at(lastEnd - DAY, lastEnd + 4 * DAY, () => this.pauseOrAdvance()));
    // Whoever got a later date has one on a Sunday: that night, when it is over in some zones and in others not, chats are
    // asked about, because somebody is not left out any more.
    for (let day = Math.floor(lastEnd / DAY) * DAY; day < lastEnd + 45 * DAY; day += DAY)
      if (new Date(day).getUTCDay() === 1)
        for (const from of [-14 * HOUR, 0])
          if (draw.chance(0.4))
            timeline.at(day + from + draw.between(0, 11 * 60) * MINUTE, () => void this.exempt(true));
  }

  /** When something is due, or ends, in some zone. */
  private badMoments(): number[] {
    const { plan, endDates } = this.scenario;
    return [...endDates.values()].flatMap((date) => [
      ...plan.stages.map(({ days }) => localInstant(addDays(date, -days), plan.sendHour, 'Europe/Berlin')),
      ...['Europe/Berlin', 'America/New_York', 'Etc/GMT+12'].map((zone) => localInstant(addDays(date, 1), 0, zone)),
    ]);
  }

  private async activate(): Promise<void> {
    const { body } = await this.ask(ANA, 'GET', '/v1/plan');
    const { hash } = body as { hash: string };
    for (let n = 0; n < 60 && !this.active; n++) {
      if (n > 0) await this.wait(this.draw.between(1, 5) * HOUR);
      await this.together({ kind: 'activate', hash });
      // An approval that was cut off is answered with what was not done.
      const now = await this.ask(ANA, 'GET', '/v1/plan');
      this.active = (now.body as { active?: boolean } | null)?.active === true;
    }
  }

  private async status(): Promise<any[]> {
    const { status, body } = await this.ask(ANA, 'GET', '/v1/status', undefined, 1);
    return status === 200 ? ((body as { cohorts: any[] }).cohorts ?? []) : [];
  }

  /** Somebody holds once while a message is under way, so that it comes when it must not be followed any more. */
  holdBefore(arrivesAt: number): void {
    const { draw, timeline } = this;
    if (this.quiet || this.hasHeldMeanwhile || !draw.chance(0.3)) return;
    this.hasHeldMeanwhile = true;
    const latest = Math.max(1, Math.floor((arrivesAt - timeline.now) / MINUTE) - 10);
    timeline.after(draw.between(0, Math.min(latest, 300)) * MINUTE, () => void this.hold([2 * HOUR, DAY, 4 * DAY]));
  }

  /** Somebody holds while somebody else waits, and no permit is left: it is certain at once. */
  holdAtOnce(): void {
    if (this.quiet || !this.draw.chance(0.3)) return;
    void this.hold([2 * HOUR, DAY]);
  }

  private async hold(lengths = [5 * MINUTE, 2 * HOUR, DAY, 2 * DAY, 4 * DAY]): Promise<void> {
    const { draw } = this;
    const cohort = draw.chance(0.25) ? null : draw.pick([...this.scenario.endDates.keys()]);
    const length = draw.pick(lengths);
    for (const id of this.scenario.endDates.keys())
      if (cohort === null || cohort === id) this.kept.set(id, this.timeline.now + length);
    await this.ask(draw.pick([ANA, BEN, ROLE]), 'POST', '/v1/holds', { cohort, reason });
    await this.wait(length);
    await this.ask(draw.pick([ANA, BEN, ROLE]), 'POST', '/v1/releases', { cohort, reason });
  }

  private async reschedule(): Promise<void> {
    const { draw } = this;
    for (const cohort of draw.some(await this.status(), 1)) {
      const to = addDays(cohort.endDate as LocalDate, draw.chance(0.2) ? -draw.between(1, 5) : draw.between(1, 20));
      await this.move(cohort.id, to, cohort.version);
    }
  }

  private async move(cohort: string, to: LocalDate, version: number): Promise<void> {
    await this.ask(BEN, 'POST', `/v1/cohorts/${cohort}/reschedule`, { to, version, reason });
  }

  private async exempt(shortly = false): Promise<void> {
    const person = this.draw.pick([...this.audience.people.keys()]);
    const { status } = await this.ask(ANA, 'POST', `/v1/people/${person}/exempt`, { reason });
    if (status !== 200 || !(shortly || this.draw.chance(0.4))) return;
    if (!shortly) await this.wait(this.draw.between(1, 10) * DAY);
    await this.together({ kind: 'end-exemption', person });
  }

  private async restore(cohort = this.draw.pick([...this.scenario.endDates.keys()])): Promise<void> {
    const found = (await this.status()).find(({ id }) => id === cohort);
    if (found === undefined) return;
    const { status } = await this.together({ kind: 'restore', cohort, version: found.version });
    if (status === 200) this.restored.add(cohort);
  }

  private async pauseOrAdvance(): Promise<void> {
    for (const { id, version, wave } of this.draw.some(await this.status(), 1)) {
      if (wave > 0 && this.draw.chance(0.5)) await this.together({ kind: 'advance', cohort: id, version });
      else await this.ask(ANA, 'POST', `/v1/cohorts/${id}/pause`, { version, reason });
    }
  }

  private lookIn(): void {
    this.timeline.after(3 * DAY - 5 * HOUR, () => this.lookIn());
    if (this.active) void this.look();
  }

  /** What waits for a person gets one: holds of the system, cohorts to arm, people to waive. */
  private async look(): Promise<void> {
    const { timeline, draw } = this;
    this.account.redrive();
    const cohorts = await this.status();
    const isOffElsewhere = cohorts.some(({ id, disabled }) => id !== this.forgotten && disabled > 0);
    for (const { id, hold, paused, arming, endDate, version, headCount, disabled } of cohorts) {
      const { now } = timeline;
      const isForgotten = id === this.forgotten && arming === null && now < this.scenario.lastEnd + 6 * DAY;
      // For more chats than there were: what was approved is looked at anew.
      const isOutgrown =
        arming !== null &&
        headCount + disabled > arming.headCount &&
        now > localInstant(addDays(endDate as LocalDate, 4), 12, 'UTC');
      if (hold !== null && (this.kept.get(id) ?? 0) < now - HOUR)
        await this.ask(BEN, 'POST', '/v1/releases', { cohort: id, reason });
      else if (hold === null && paused !== null)
        await this.ask(BEN, 'POST', `/v1/cohorts/${id}/resume`, { version, reason });
      else if (isForgotten) {
        const from = laterDate(endDate as LocalDate, localDateAt(now, 'UTC'));
        if (isOffElsewhere) await this.move(id, addDays(from, draw.between(2, 10)), version);
      } else if (id === this.unwanted && this.hasGivenUp) continue;
      else if (id === this.unwanted && arming !== null && disabled > 0) await this.giveUp(id);
      else if (hold === null && isOutgrown && draw.chance(0.3))
        await this.ask(ANA, 'POST', `/v1/cohorts/${id}/disarm`, { version, reason });
      else if (hold === null && this.restored.has(id) && arming !== null) {
        // As it was restored, so it can be armed anew: once somebody has taken the arming back.
        this.restored.delete(id);
        if (draw.chance(0.6)) await this.ask(ANA, 'POST', `/v1/cohorts/${id}/disarm`, { version, reason });
      } else if (
        arming === null &&
        headCount > 0 &&
        now > localInstant(addDays(endDate as LocalDate, -draw.between(-1, 5)), 12, 'UTC')
      )
        await this.together({ kind: 'arm', cohort: id, version, headCount });
    }
    if (!this.quiet && timeline.now > this.scenario.lastEnd + 2 * DAY && draw.chance(0.15)) await this.waive();
    const halfLate = this.restoresLate ? cohorts.find(({ id }) => this.isHalfLate(id)) : undefined;
    if (halfLate !== undefined) {
      this.restoresLate = false;
      await this.restore(halfLate.id as string);
    }
  }

  /** They hold, give back at times what is off, and disarm: within the hold, or after it where a second person takes a day to come. */
  private async giveUp(cohort: string): Promise<void> {
    const draw = this.draw.of(`giving up at ${this.timeline.now}`);
    const until = this.timeline.now + draw.pick([2 * HOUR, DAY, 4 * DAY]);
    this.kept.set(cohort, until);
    await this.ask(ANA, 'POST', '/v1/holds', { cohort, reason });
    if (draw.chance(0.6)) await this.restore(cohort);
    const found = (await this.status()).find(({ id }) => id === cohort);
    if (found === undefined) return;
    const { status } = await this.ask(BEN, 'POST', `/v1/cohorts/${cohort}/disarm`, { version: found.version, reason });
    this.hasGivenUp = status === 200;
  }

  private isHalfLate(cohort: string): boolean {
    const { now } = this.timeline;
    const { restoreWindowHours } = this.scenario.plan.guardRails;
    const off = this.seen.flips.filter((flip) => flip.to === 'off' && flip.by === 'sunset' && flip.cohort === cohort);
    const isLate = ({ at }: { at: number }) => at + restoreWindowHours * HOUR < now;
    return off.some(isLate) && !off.every(isLate);
  }

  private async waive(): Promise<void> {
    const cohort = this.draw.pick([...this.scenario.endDates.keys()]);
    const { status, body } = await this.ask(ANA, 'GET', `/v1/blocked?cohort=${cohort}`, undefined, 1);
    if (status !== 200) return;
    const person = (body as { chats: { person: string | null }[] }).chats.find((chat) => chat.person !== null)?.person;
    if (person !== undefined && person !== null) await this.together({ kind: 'waive', person });
  }
}
