/**
 * Asks the operator API, signed as AWS wants it. What the API answers is held to its contract; what it refuses is
 * thrown. A write goes out under a key of its own, so that it can be sent a second time where its answer was lost.
 */
import { randomUUID } from 'node:crypto';

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import * as v from 'valibot';

import {
  type AnswerOf,
  ApiError,
  type BodyInputOf,
  IDEMPOTENCY_HEADER,
  type QueryOf,
  type RouteName,
  ROUTES,
} from '../../functions/contracts/operator-api.ts';
import { Refusal } from './exit.ts';
import type { Connection } from './io.ts';

/** Longer than the API's function may take. */
const PATIENCE = 305_000;
const TWICE = [502, 503, 504];

export interface Asked<N extends RouteName> {
  /** Parameters of the path, by name. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: { readonly [K in keyof QueryOf<N>]?: QueryOf<N>[K] | undefined };
  readonly body?: BodyInputOf<N>;
}

export interface Client {
  /** @throws Refusal */
  ask<N extends RouteName>(name: N, asked?: Asked<N>): Promise<AnswerOf<N>>;
}

interface Settings {
  now(): number;
  readonly signal?: AbortSignal | undefined;
}

export function createClient({ url, credentials, region }: Connection, { now, signal }: Settings): Client {
  const base = new URL(url);
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256 });

  /** Signed anew each time: a signature is good for minutes only. */
  async function send(name: RouteName, asked: Asked<RouteName>, key: string): Promise<Response> {
    const { method, path } = ROUTES[name];
    const query = Object.entries(asked.query ?? {}).flatMap(([k, value]) => (value === undefined ? [] : [[k, value]]));
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
      encodeURIComponent(asked.path?.[parameter] ?? ''),
    );
    const body = method === 'GET' ? undefined : JSON.stringify(asked.body ?? {});
    const request = {
      method,
      protocol: base.protocol,
      hostname: base.hostname,
      ...(base.port === '' ? {} : { port: Number(base.port) }),
      path: base.pathname.replace(/\/$/, '') + filled,
      query: Object.fromEntries(query) as Record<string, string>,
      headers: {
        host: base.host,
        ...(body === undefined ? {} : { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: key }),
      },
      ...(body === undefined ? {} : { body }),
    };
    const { headers } = await signer.sign(request, { signingDate: new Date(now()) });
    const target = new URL(request.path + (query.length > 0 ? `?${encoded(request.query)}` : ''), base);
    const { host: _, ...sent } = headers;
    const patience = AbortSignal.timeout(PATIENCE);
    return fetch(target, {
      method,
      headers: sent,
      redirect: 'error',
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      ...(body === undefined ? {} : { body }),
    });
  }

  async function answered(name: RouteName, asked: Asked<RouteName>): Promise<Response> {
    const key = randomUUID();
    const once = () => send(name, asked, key);
    const first = await once().catch((error: unknown) => {
      if (signal?.aborted === true) throw lost(name, error);
      return undefined;
    });
    if (first !== undefined && !TWICE.includes(first.status)) return first;
    return once().catch((error: unknown) => {
      throw lost(name, error);
    });
  }

  const lost = (name: RouteName, cause: unknown) =>
    new Refusal(
      {
        code: 'no-answer',
        sentence: `${base.host} did not answer (${reasonOf(cause)}).`,
        todo:
          ROUTES[name].method === 'GET'
            ? 'Check the address and the network, then ask again.'
            : 'It is not known whether it was done: look with sunset status or sunset audit log before you do it again.',
      },
      { cause },
    );

  return {
    async ask<N extends RouteName>(name: N, asked: Asked<N> = {}): Promise<AnswerOf<N>> {
      const response = await answered(name, asked as Asked<RouteName>);
      const answer = await response.json().catch(() => undefined);
      if (!response.ok) throw refusalOf(response.status, answer);
      const { success, issues } = v.safeParse(ROUTES[name].answer, answer);
      if (success) return answer as AnswerOf<N>;
      const where = issues.map((issue) => v.getDotPath(issue) ?? 'all of it').slice(0, 3);
      throw new Refusal({
        code: 'other-version',
        sentence: `The answer is not as this version of the command line knows it, at ${where.join(', ')}.`,
        todo: 'The versions of the command line and of the system differ: use the one that the system was deployed from.',
      });
    },
  };
}

/** What the network says, where it says anything. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
};

/** As the signature has it: RFC 3986, which knows no plus for a space. */
const encoded = (query: Readonly<Record<string, string>>) =>
  Object.entries(query)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');

function refusalOf(status: number, answer: unknown): Refusal {
  const told = v.safeParse(ApiError, answer);
  if (told.success) return new Refusal(told.output);
  // Without our own error the function was not even asked: IAM has said no, or something before it has failed.
  if (status === 401 || status === 403)
    return new Refusal({
      code: 'not-allowed',
      sentence: 'IAM does not let these credentials ask the operator API.',
      todo: 'Sign in with a role that may invoke its function URL, or ask whoever deployed the sunset to allow yours.',
    });
  return new Refusal({
    code: 'no-answer',
    sentence: `The operator API answered ${status} and nothing that can be read.`,
    todo: 'Wait a minute and ask again; if it stays so, look at the log of the operator function.',
  });
}
