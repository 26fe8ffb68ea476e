/**
 * The production entry points, each with what the stack says of its function and queue. They read their environment when
 * they are loaded, as on Lambda, so that stands first; the worlds in which they are asked to serve are the simulation's.
 */
import type { FunctionName } from '../../functions/contracts/environment.ts';
import type { AuditEntry } from '../../functions/domain/audit.ts';
import type { Clock, Links, Office, PlanOffice, PlanStore, World } from '../../functions/ports.ts';
import { responding } from '../../functions/runtime/api.ts';
import type { RuntimeLog } from '../../functions/runtime/log.ts';
import { ALL_IS_WELL, witnessOf } from '../memory/office.ts';
import { type Clients, createWorld, type Told } from '../../functions/runtime/world.ts';

export const SUNSET = 'instagram-e2ee';
const TEXTS = {
  SUNSET,
  PLAN_TABLE: 'plan',
  LEDGER_TABLE: 'ledger',
  USERS_TABLE: 'users',
  CHATS_TABLE: 'chats',
  PLATFORM_MAPPING: '{}',
  DISPATCH_QUEUE_URL: 'dispatch',
  NOTICE_QUEUE_URL: 'notify',
  SWEEP_QUEUE_URL: 'sweep',
  DISABLE_QUEUE_URL: 'disable',
  SIGNAL_QUEUE_URL: 'signals',
  CONFIGURATION_SET: 'sunset',
  PLATFORM_BUS: 'platform',
  PREFERENCES_URL: 'https://notices.example.com/',
  LINK_KEY: 'link-key',
} as const;
Object.assign(process.env, TEXTS, {
  SWEEP_SEGMENTS: '1',
  FUNCTION_TIMEOUT_SECONDS: '60',
  AWS_REGION: 'eu-west-1',
  // The loaded handlers are never called, and reach nobody.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
});
const { LINK_KEY: _, ...TOLD } = TEXTS;
export const ENVIRONMENT: Told = TOLD;

/** As the stack has them (lib/sunset-stack.ts); a test compares. Seconds. */
export const QUEUES = [
  { name: 'dispatch', timeout: 60, concurrency: 2, batch: 1, window: 0 },
  { name: 'notify', timeout: 120, concurrency: 10, batch: 1, window: 0 },
  { name: 'sweep', timeout: 300, concurrency: 2, batch: 1, window: 0 },
  { name: 'disable', timeout: 120, concurrency: 5, batch: 1, window: 0 },
  { name: 'feedback', timeout: 30, concurrency: 10, batch: 100, window: 10 },
  { name: 'signals', timeout: 30, concurrency: 5, batch: 1, window: 0 },
] as const;
/** A message is hidden for so many timeouts of its function. */
export const VISIBILITY = 6;
export const RECEIVES_BEFORE_DEAD = 5;
export type QueueName = (typeof QUEUES)[number]['name'];
export const SCHEDULED = [
  { name: 'tick', timeout: 60 },
  { name: 'report', timeout: 900 },
] as const;

export interface Entry {
  readonly timeout: number;
  serve(log: RuntimeLog, world: World): (event: never, context: never) => Promise<unknown>;
}

async function load(name: FunctionName, timeout: number): Promise<readonly [FunctionName, Entry]> {
  const { serve } = (await import(`../../functions/${name}.ts`)) as { serve: Entry['serve'] };
  return [name, { timeout, serve }];
}

/** The operators' function composes an office, which has ports of its own: it is served the same request by request. */
const OPERATOR: Entry = {
  timeout: 300,
  serve: (log, world) => responding(world as Office, log) as ReturnType<Entry['serve']>,
};

export const ENTRIES: ReadonlyMap<FunctionName, Entry> = new Map([
  ...(await Promise.all([...QUEUES, ...SCHEDULED].map(({ name, timeout }) => load(name, timeout)))),
  ['operator', OPERATOR],
]);

/** What operators work with. */
export function officeOf(world: World, copies: AuditEntry[]): Office {
  return Object.assign(world, {
    office: world.plan as PlanStore & PlanOffice,
    templates: { create: async () => 'there' as const },
    witness: witnessOf(copies),
    surroundings: ALL_IS_WELL,
    sunset: SUNSET,
    roles: [],
    requests: () => 0,
  });
}

/** The world that production composes, with clients and a clock of ours. */
export function worldOf(
  told: Told,
  log: RuntimeLog,
  clients: { readonly [K in keyof Clients]: object },
  own: { clock: Clock; links: Links },
): World & { readonly plan: PlanStore & PlanOffice } {
  return Object.assign(createWorld(told, log, clients as unknown as Clients), own);
}
