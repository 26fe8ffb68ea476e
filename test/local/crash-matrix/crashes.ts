/** One campaign of the small world, in which the processes of functions die where they are told to. */
import { join } from 'node:path';

import { type CampaignEnd, runCampaign } from '../../../bin/local/campaign.ts';
import { createRecord } from '../../../bin/local/outside/record.ts';
import { readPlan } from '../../../bin/local/plan.ts';
import { DAY, type Instant } from '../../../functions/domain/time.ts';
import type { Death } from '../../../bin/local/cloud/cloud.ts';
import { type Finding, judgeCampaign } from './judge.ts';
import { pointOf, stepOf } from './points.ts';
import { AUDIENCE, ENDS, FROM, scriptFor, TICK_MINUTES } from './world.ts';

/** A process dies once: at the first call of this name from then on. */
export interface Crash {
  readonly point: string;
  readonly death: Death;
  /** In virtual time; by default from the beginning. */
  readonly from?: Instant;
  /** Only at a call in which this word stands, such as a stage. */
  readonly word?: string;
  /** Nothing that SES tells of its latest mail by then arrives. */
  readonly losesEvents?: boolean;
}

export interface Aftermath extends Finding {
  /** When each crash came, in their order; null: it never did. */
  readonly hits: readonly (Instant | null)[];
  /** Of mails whose events were lost. */
  readonly lostEvents: number;
}

/** Every call that was made, by its name, with the instants. */
export type Recording = Readonly<Record<string, readonly Instant[]>>;

/** When a campaign is over in which nobody dies. What is not over a month later never will be. */
const PATIENCE_ENDS = FROM + 62 * DAY;
/** What everybody is mailed by. */
const SENDING = 'notify SES.SendBulkTemplatedEmail';

export interface Stage {
  /** The synthesised stacks. */
  readonly assembly: string;
  /** The plan's file. */
  readonly plan: string;
  /** Where to write what the outside world saw. */
  readonly out: string;
}

export async function runCrashes(stage: Stage, crashes: readonly Crash[]): Promise<Aftermath & { calls: Recording }> {
  const hits = crashes.map((): Instant | null => null);
  const calls: Record<string, Instant[]> = {};
  const lost = new Set<Instant>();
  let lostEvents = 0;
  let sending: Instant = 0;
  const end = await campaign(stage, {
    fate(request) {
      const point = pointOf(request);
      const now = Date.now();
      (calls[point] ??= []).push(now);
      if (point === SENDING) sending = now;
      const n = crashes.findIndex(
        (crash, at) =>
          hits[at] === null &&
          crash.point === point &&
          now >= (crash.from ?? FROM) &&
          (crash.word === undefined || request.body.includes(crash.word)),
      );
      const crash = crashes[n];
      if (crash === undefined) return undefined;
      hits[n] = now;
      if (crash.losesEvents === true) lost.add(sending);
      return crash.death;
    },
    losesEvent({ detail }) {
      const isLost = lost.has(Date.parse(detail.mail.timestamp));
      if (isLost) lostEvents += 1;
      return isLost;
    },
  });
  const finding = await judgeCampaign(stage.out, { plan: stage.plan, kills: end.kills, ends: ENDS });
  return { hits, lostEvents, calls, ...finding, broken: [...finding.broken, ...undead(end, crashes, hits)] };
}

/** A kill that ended no invocation has proved nothing. */
function undead(
  { kills, failures }: CampaignEnd,
  crashes: readonly Crash[],
  hits: readonly (Instant | null)[],
): string[] {
  const died = Map.groupBy(
    crashes.filter((_, n) => hits[n] !== null),
    ({ point }) => point.split(' ')[0] ?? '',
  );
  const ended = new Map<string, number>();
  for (const [name, { count }] of Object.entries(failures)) ended.set(stepOf(name), count);
  const hit = hits.filter((at) => at !== null).length;
  return [
    ...(kills === hit ? [] : [`${kills} kills for ${hit} crashes`]),
    ...[...died].flatMap(([step, its]) =>
      (ended.get(step) ?? 0) >= its.length ? [] : [`${step} died ${its.length} times, of which it knows nothing`],
    ),
  ];
}

async function campaign(
  { assembly, plan, out }: Stage,
  mishaps: NonNullable<Parameters<typeof runCampaign>[0]['mishaps']>,
): Promise<CampaignEnd> {
  const record = createRecord(out);
  try {
    return await runCampaign({
      plan: readPlan(plan),
      audience: AUDIENCE,
      script: scriptFor(plan),
      onStart: () => undefined,
      from: FROM,
      tickMinutes: TICK_MINUTES,
      record,
      logFile: join(out, 'functions.log'),
      onProgress: () => undefined,
      stopping: () => Date.now() > PATIENCE_ENDS,
      assembly,
      mishaps,
    });
  } finally {
    await record.close();
  }
}
