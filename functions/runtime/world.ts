/** Composition: from a function's environment to the world that its use case needs. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SESClient } from '@aws-sdk/client-ses';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as v from 'valibot';

import { createBus } from '../adapters/bus.ts';
import { createLedger } from '../adapters/ledger.ts';
import { createLinks } from '../adapters/links.ts';
import { createMailer } from '../adapters/mailer.ts';
import { createPlanStore } from '../adapters/plan-store.ts';
import { createPlatform } from '../adapters/platform.ts';
import { createQueues } from '../adapters/queues.ts';
import { type Environment, environments, type FunctionName } from '../contracts/environment.ts';
import { PlatformMapping } from '../contracts/tables.ts';
import { SEND_TIMEOUT, WRITE_TIMEOUT } from '../domain/wave.ts';
import type { Links, PlanOffice, PlanStore, Platform, World } from '../ports.ts';
import { systemClock } from './clock.ts';
import type { RuntimeLog } from './log.ts';
import { Reader, Table } from './table.ts';

/** Below the page's address; a token follows. */
export const PAGE_PATH = 'p/';

const DYNAMODB_ATTEMPTS = 3;
/** Milliseconds for each attempt; what is left of `WRITE_TIMEOUT` is for the pauses between them. */
const DYNAMODB_TIMEOUT = Math.floor(WRITE_TIMEOUT / (DYNAMODB_ATTEMPTS + 1));

/** Every variable that any function is told; which ones are there, its contract says. */
export type Told = Partial<
  Environment<'tick'> & Environment<'dispatch'> & Environment<'notify'> & Environment<'sweep'>
> &
  Partial<Environment<'disable'> & Environment<'feedback'> & Environment<'report'> & Environment<'preferences'>> &
  Partial<Environment<'operator'> & Environment<'audit'>>;

/** Of the services that more than one part of a world talks to. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly ses: SESClient;
  readonly eventbridge: EventBridgeClient;
}

/** Throws where a variable of the function's contract is missing or malformed, and names it. */
export function readEnvironment(name: FunctionName, variables: NodeJS.ProcessEnv): Told {
  const result = v.safeParse(environments[name], variables);
  if (result.success) return result.output;
  const told = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join('; ');
  throw new Error(`the environment of ${name} is not what its contract says: ${told}`);
}

export function createClients(): Clients {
  return {
    // All attempts of a write together are over before a hold counts on it.
    dynamodb: new DynamoDBClient({
      maxAttempts: DYNAMODB_ATTEMPTS,
      requestHandler: { requestTimeout: DYNAMODB_TIMEOUT, throwOnRequestTimeout: true },
    }),
    sqs: new SQSClient({}),
    // One attempt only: the client's own repetition would send again behind our back.
    ses: new SESClient({
      maxAttempts: 1,
      requestHandler: { requestTimeout: SEND_TIMEOUT, throwOnRequestTimeout: true },
    }),
    eventbridge: new EventBridgeClient({}),
  };
}

export function createWorld(
  told: Told,
  log: RuntimeLog,
  { dynamodb, sqs, ses, eventbridge }: Clients = createClients(),
): World & { readonly plan: PlanStore & PlanOffice } {
  const reader = new Reader(dynamodb);
  const table = (name: string) => new Table(dynamodb, reader, name);
  let platform: Platform | undefined;
  return {
    clock: systemClock,
    log,
    plan: createPlanStore(table(need(told, 'PLAN_TABLE'))),
    ledger: createLedger(table(need(told, 'LEDGER_TABLE'))),
    // Only who is told its tables may touch the platform.
    get platform() {
      return (platform ??= createPlatform({
        users: table(need(told, 'USERS_TABLE')),
        chats: table(need(told, 'CHATS_TABLE')),
        mapping: v.parse(PlatformMapping, JSON.parse(need(told, 'PLATFORM_MAPPING'))),
      }));
    },
    queues: createQueues(sqs, {
      dispatch: told.DISPATCH_QUEUE_URL,
      notices: told.NOTICE_QUEUE_URL,
      sweep: told.SWEEP_QUEUE_URL,
      disable: told.DISABLE_QUEUE_URL,
      signals: told.SIGNAL_QUEUE_URL,
    }),
    mailer: createMailer(ses, told.CONFIGURATION_SET),
    bus: createBus(eventbridge, told.PLATFORM_BUS),
    links: linksOf(told),
    lease: (told.FUNCTION_TIMEOUT_SECONDS ?? 60) * 1000,
    segments: told.SWEEP_SEGMENTS ?? 1,
  };
}

/** Only who is told the key may write or read people's links; to everybody else the key is not to be had. */
function linksOf(told: Told): Links {
  const base = `${told.PREFERENCES_URL ?? ''}${PAGE_PATH}`;
  if (told.LINK_KEY === undefined)
    return { base, key: () => Promise.reject(new Error('this function is not told LINK_KEY')) };
  return createLinks(new KMSClient({}), { keyId: told.LINK_KEY, sunset: need(told, 'SUNSET'), base });
}

export function need<K extends keyof Told>(told: Told, name: K): NonNullable<Told[K]> {
  const value = told[name];
  if (value === undefined || value === null) throw new Error(`this function is not told ${name}`);
  return value;
}
