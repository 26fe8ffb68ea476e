/**
 * Around the operator API: from a signed request to who asks for what, and from an answer to a response. Every rule and
 * every authority is asked for here and behind, never in a client.
 */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithIAMAuthorizer, LambdaFunctionURLResult } from 'aws-lambda';
import * as v from 'valibot';

import { type ApiError, ERRORS, IDEMPOTENCY_HEADER, type RouteName, ROUTES } from '../contracts/operator-api.ts';
import { callerOf } from '../domain/caller.ts';
import type { Office } from '../ports.ts';
import { ANSWERS, type Asked } from '../usecases/operator/answers.ts';
import { copyAudit } from '../usecases/operator/audit-trail.ts';
import { type Answer, once, refused } from '../usecases/operator/once.ts';
import { refuse } from '../usecases/operator/refusal.ts';
import type { Asker } from '../usecases/operator/situation.ts';
import { nameless } from './handler.ts';
import { createLog, type RuntimeLog } from './log.ts';
import { composeOffice } from './office.ts';

type Event = APIGatewayProxyEventV2WithIAMAuthorizer;

export function api() {
  const log = createLog('operator');
  const respond = responding(composeOffice(process.env, log), log);
  return middy(respond).use(nameless(log));
}

/** What an office answers to one request after another. */
export function responding(
  office: Office,
  log: Pick<RuntimeLog, 'error'>,
): (event: Event) => Promise<LambdaFunctionURLResult> {
  return async (event) => {
    const { status, body } = await answer(office, log, event);
    return {
      statusCode: status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      body,
    };
  };
}

async function answer(office: Office, log: Pick<RuntimeLog, 'error'>, event: Event): Promise<Answer> {
  try {
    const asker: Asker = {
      ...callerOf(event.requestContext.authorizer.iam.userArn, office.roles),
      now: office.clock.now(),
    };
    const { name, parameters } = routeOf(event);
    const route = ROUTES[name];
    if (route.who === 'person' && asker.person === null)
      refuse(
        'not-a-person',
        `This takes a person, and ${asker.who} is none: whoever assumes a role may choose the session's name.`,
        'Ask as an IAM user, or through a role that the setting operatorRoles names; others can look, hold and release.',
      );
    const asked = {
      parameters,
      query: valid(route.query, event.queryStringParameters ?? {}),
      body: valid(route.body, route.method === 'GET' ? {} : bodyOf(event)),
    };
    if (!isWrite(name, asked.body)) return await done(office, asker, name, asked);
    const key = event.headers[IDEMPOTENCY_HEADER] ?? '';
    const request = [route.method, event.rawPath, event.body ?? ''];
    const answered = await once(office, asker, { key, request }, () => done(office, asker, name, asked));
    // Whatever fails here is copied by the schedule.
    await copyAudit(office).catch((error: unknown) => log.error('an audit entry was not copied', error));
    return answered;
  } catch (error) {
    return failed(error, log);
  }
}

function failed(error: unknown, log: Pick<RuntimeLog, 'error'>): Answer {
  try {
    return refused(error);
  } catch {
    log.error('a request failed', error);
    const answer: ApiError = {
      code: 'failed',
      sentence: 'The system has failed; what was asked for may be done, or in part.',
      todo: 'Ask again with the same idempotency-key; the log of the operator function has the error.',
    };
    return { status: ERRORS.failed, body: JSON.stringify(answer) };
  }
}

async function done<N extends RouteName>(office: Office, asker: Asker, name: N, asked: unknown): Promise<Answer> {
  return { status: 200, body: JSON.stringify(await ANSWERS[name](office, asker, asked as Asked<N>)) };
}

/** What only looks needs no key. */
function isWrite(name: RouteName, body: unknown): boolean {
  const isDry = typeof body === 'object' && body !== null && (body as { dryRun?: boolean }).dryRun === true;
  return ROUTES[name].method !== 'GET' && name !== 'diff' && !isDry;
}

/** By name, what its path looks like. */
const PATHS = Object.entries(ROUTES).map(([name, { method, path }]) => ({
  name: name as RouteName,
  method,
  pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
}));

function routeOf(event: Event): { name: RouteName; parameters: Record<string, string> } {
  const { method } = event.requestContext.http;
  for (const route of PATHS) {
    const match = route.method === method ? route.pattern.exec(event.rawPath) : null;
    if (match === null) continue;
    const parameters = Object.entries(match.groups ?? {}).map(([name, value]) => [name, partOf(value)]);
    return { name: route.name, parameters: Object.fromEntries(parameters) as Record<string, string> };
  }
  return refuse('no-such-route', `There is nothing at ${method} of this path.`, 'sunset openapi lists what there is.');
}

/** No id is longer: a key of DynamoDB has room for it and for what stands before it. */
const LONGEST_ID = 1024;

function partOf(value: string): string {
  let part;
  try {
    part = decodeURIComponent(value);
  } catch {
    return refuse('bad-request', 'The path is not encoded as a path must be.', 'Encode each part of it (RFC 3986).');
  }
  if (Buffer.byteLength(part) <= LONGEST_ID) return part;
  return refuse('bad-request', `An id in the path has more than ${LONGEST_ID} bytes.`, 'Give an id of the platform.');
}

function bodyOf({ body = '', isBase64Encoded }: Event): unknown {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return refuse('bad-request', 'The body is not JSON.', 'Send JSON; sunset openapi has its schema.');
  }
}

/** Names the field and what is allowed, never what stood there: it could be an address. */
function valid(schema: v.GenericSchema, given: unknown): unknown {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const all = result.issues.map((issue) => {
    const path = v.getDotPath(issue) ?? 'the request';
    // What a check says in words of its own would quote what was given.
    return `${path}: ${issue.expected === null ? 'not what its schema allows' : `expected ${issue.expected}`}`;
  });
  return refuse(
    'bad-request',
    `The request is not what it must be: ${all.join('; ')}.`,
    'sunset openapi has its schema.',
    { all },
  );
}
