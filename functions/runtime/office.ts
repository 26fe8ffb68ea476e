/**
 * Composition of what operators work with. In a file of its own: the clients of S3 and CloudWatch must be in no bundle
 * but that of the operator API.
 */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import * as v from 'valibot';

import { createSurroundings, type WatchedQueue } from '../adapters/surroundings.ts';
import { createTemplates } from '../adapters/templates.ts';
import { createWitness } from '../adapters/witness.ts';
import { QUEUES } from '../contracts/operator-api.ts';
import type { Office } from '../ports.ts';
import { countRequests } from './counted.ts';
import type { RuntimeLog } from './log.ts';
import { createClients, createWorld, need, readEnvironment, type Told } from './world.ts';

const Names = v.array(v.string());
const ByQueue = v.object(
  Object.fromEntries(QUEUES.map((name) => [name, v.string()])) as Record<
    (typeof QUEUES)[number],
    v.StringSchema<undefined>
  >,
);

/** Throws where a variable of the operator function's contract is missing or malformed, and names it. */
export function composeOffice(variables: NodeJS.ProcessEnv, log: RuntimeLog): Office {
  const told = readEnvironment('operator', variables);
  const clients = createClients();
  const s3 = new S3Client({});
  const cloudwatch = new CloudWatchClient({});
  const world = createWorld(told, log, clients);
  // Onto it, not into a copy: the platform is made when it is first asked for.
  return Object.assign(world, {
    office: world.plan,
    templates: createTemplates(clients.ses),
    witness: createWitness(s3, need(told, 'AUDIT_BUCKET')),
    surroundings: createSurroundings(
      { ...clients, cloudwatch },
      {
        queues: watchedQueues(told),
        alarmPrefix: need(told, 'ALARM_PREFIX'),
        sender: need(told, 'SENDER_IDENTITY'),
        configurationSet: need(told, 'CONFIGURATION_SET'),
      },
      world.clock,
    ),
    sunset: need(told, 'SUNSET'),
    roles: v.parse(Names, JSON.parse(need(told, 'OPERATOR_ROLES'))),
    requests: countRequests(clients.dynamodb, clients.sqs, clients.ses, s3, cloudwatch),
  });
}

function watchedQueues(told: Told): WatchedQueue[] {
  const deadLetters = v.parse(ByQueue, JSON.parse(need(told, 'DEAD_LETTER_ARNS')));
  const urls = {
    dispatch: need(told, 'DISPATCH_QUEUE_URL'),
    notify: need(told, 'NOTICE_QUEUE_URL'),
    sweep: need(told, 'SWEEP_QUEUE_URL'),
    disable: need(told, 'DISABLE_QUEUE_URL'),
    feedback: need(told, 'FEEDBACK_QUEUE_URL'),
    signals: need(told, 'SIGNAL_QUEUE_URL'),
  };
  return QUEUES.map((name) => ({ name, url: urls[name], deadLetters: deadLetters[name] }));
}
