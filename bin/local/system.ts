/**
 * The system of one plan on this machine, with its platform's tables filled and nobody at the operators' desk yet:
 * whoever starts it decides what is done, and when the clock goes on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESClient } from '@aws-sdk/client-ses';

import { createPlanStore } from '../../functions/adapters/plan-store.ts';
import { createTemplates } from '../../functions/adapters/templates.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { type Instant, isoInstant, parseInstant } from '../../functions/domain/time.ts';
import type { Clock, PlanOffice, PlanStore, TemplateOffice } from '../../functions/ports.ts';
import { Reader, Table } from '../../functions/runtime/table.ts';
import type { Audience, Chat } from './audience/read.ts';
import { type LocalCloud, type LocalCloudOptions, startCloud } from './cloud/cloud.ts';
import { CREDENTIALS } from './cloud/emulators.ts';
import { synthesise } from './synthesis.ts';
import { putAll, putOne, type Row } from './tables.ts';

/** What is read and written in the sunset's own tables, past the operator API. */
export interface Desk {
  readonly clock: Clock;
  readonly plan: PlanStore;
  readonly office: PlanOffice;
  readonly templates: TemplateOffice;
}

export interface SystemOptions extends Omit<LocalCloudOptions, 'assembly'> {
  /** Where the plan's stacks were synthesised already. Default: that is done now. */
  readonly assembly?: string | undefined;
  readonly plan: Plan;
  readonly audience: Audience;
}

export interface System {
  readonly cloud: LocalCloud;
  /** From outside, by the names of the tables. */
  readonly dynamodb: DynamoDBClient;
  readonly desk: Desk;
  /** Rows of the chats that are there from the beginning, and when the last of the others comes. */
  readonly chats: { readonly there: readonly Row[]; readonly last: Instant };
  stop(): Promise<void>;
}

export async function startSystem({ plan, audience, ...options }: SystemOptions): Promise<System> {
  const assembly = options.assembly ?? mkdtempSync(join(tmpdir(), 'sunset-assembly-'));
  const closers: (() => Promise<void> | void)[] = [];
  if (options.assembly === undefined) closers.push(() => rmSync(assembly, { recursive: true, force: true }));
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    if (options.assembly === undefined) await synthesise(plan, assembly);
    const cloud = await startCloud({ ...options, assembly });
    closers.push(() => cloud.stop());
    const settings = { region: 'us-east-1', credentials: CREDENTIALS };
    const dynamodb = new DynamoDBClient({ ...settings, endpoint: cloud.endpoints.dynamodb });
    const ses = new SESClient({ ...settings, endpoint: cloud.endpoints.ses, maxAttempts: 1 });
    closers.push(() => (dynamodb.destroy(), ses.destroy()));
    const store = createPlanStore(new Table(dynamodb, new Reader(dynamodb), cloud.tables.plan));
    const clock = { now: () => cloud.now(), waitUntil: (at: Instant) => cloud.until(at) };
    const desk: Desk = { clock, plan: store, office: store, templates: createTemplates(ses) };
    return { cloud, dynamodb, desk, chats: await fill(cloud, dynamodb, audience, options.from), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Fills the platform's tables; who comes later, comes at that moment of the virtual clock. */
async function fill(
  cloud: LocalCloud,
  client: DynamoDBClient,
  { users, chats }: Audience,
  from: Instant,
): Promise<System['chats']> {
  const rowOf = ({ chatId, participants, encryption, encryptedSince = isoInstant(from) }: Chat): Row => ({
    chatId,
    participants: new Set(participants),
    encryption,
    version: 1,
    // The key of the sparse index: only while the chat is encrypted.
    ...(encryption === 'e2ee' ? { encryptedSince } : {}),
  });
  const since = ({ encryptedSince }: Chat) => (encryptedSince === undefined ? from : parseInstant(encryptedSince));
  const there = chats.filter((chat) => since(chat) <= from).map(rowOf);
  await putAll(client, cloud.tables.users, users);
  await putAll(client, cloud.tables.chats, there);
  const coming = Map.groupBy(
    chats.filter((chat) => since(chat) > from),
    since,
  );
  for (const [at, arriving] of coming)
    cloud.at(at, async () => {
      for (const chat of arriving) await putOne(client, cloud.tables.chats, rowOf(chat));
    });
  return { there, last: Math.max(from, ...coming.keys()) };
}
