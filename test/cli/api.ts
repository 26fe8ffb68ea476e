/**
 * An operator API of fixtures: it holds requests to the contract and to their signature, as the real one is held, and
 * answers what a test has laid out for it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import * as v from 'valibot';

import { listenHere } from '../../bin/local/pages/loopback.ts';
import {
  type AnswerOf,
  type ApiError,
  type BodyOf,
  type ErrorCode,
  ERRORS,
  type QueryOf,
  type RouteName,
  ROUTES,
} from '../../functions/contracts/operator-api.ts';

export interface Seen<N extends RouteName = RouteName> {
  readonly name: N;
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  readonly key: string | undefined;
  /** Who signed: the access key, and behind a slash the token of a session. */
  readonly who: string;
}

/** In the place of an answer. */
export class Refused {
  readonly error: ApiError;
  constructor(code: ErrorCode, more: Partial<ApiError> = {}) {
    this.error = { code, sentence: `this is refused: ${code}`, todo: 'do something else', ...more };
  }
}
/** Something before the function answers, or nothing does. */
export class Raw {
  readonly status: number | 'lost';
  readonly body: string;
  constructor(status: number | 'lost', body = '{"Message":"Forbidden"}') {
    this.status = status;
    this.body = body;
  }
}

export type Answers = { [N in RouteName]?: (seen: Seen<N>) => AnswerOf<N> | Refused | Raw };

export interface Api {
  readonly url: string;
  /** What a test lays out; what is not there is answered with 404. */
  answers: Answers;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** Every test signs with it, as the local system's operators do. */
export const SECRET = 'local';

export async function startApi(): Promise<Api> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const here = await listenHere(server, 0);
  const api: Api = { url: here.url, answers: {}, seen, close: () => here.close() };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', here.url);
    const body = await text(request);
    const say = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    const who = await signer(request, url, body);
    if (who === undefined) return void say(403, { Message: 'The signature does not match' });
    const route = routeOf(request.method ?? '', url.pathname);
    if (route === undefined) return void say(404, new Refused('no-such-route').error);
    const { query, body: shape, method } = ROUTES[route.name];
    const asked = v.safeParse(query, Object.fromEntries(url.searchParams));
    const sent = v.safeParse(shape, method === 'GET' ? {} : JSON.parse(body));
    const key = request.headers['idempotency-key'] as string | undefined;
    const problems = [asked.issues, sent.issues].flatMap((issues) => issues ?? []).map(({ message }) => message);
    if (method !== 'GET' && key === undefined) problems.push('a write has no key');
    if (problems.length > 0) return void say(400, new Refused('bad-request', { sentence: problems.join(', ') }).error);
    const one = { ...route, query: asked.output, body: sent.output, key, who } as Seen;
    seen.push(one);
    const laidOut = api.answers[route.name] as ((seen: Seen) => unknown) | undefined;
    const found = laidOut?.(one) ?? new Refused('no-such-route');
    if (found instanceof Refused) say(ERRORS[found.error.code], found.error);
    else if (!(found instanceof Raw)) say(200, found);
    else if (found.status === 'lost') request.socket.destroy();
    else response.writeHead(found.status).end(found.body);
  }
  return api;
}

function routeOf(method: string, pathname: string): Pick<Seen, 'name' | 'path'> | undefined {
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const names = [...ROUTES[name].path.matchAll(/\{(\w+)\}/g)].map(([, each = '']) => each);
    const values = new RegExp(`^${ROUTES[name].path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname);
    if (ROUTES[name].method === method && values !== null)
      return {
        name,
        path: Object.fromEntries(names.map((each, i) => [each, decodeURIComponent(values[i + 1] ?? '')])),
      };
  }
  return undefined;
}

/** Signs what has come once more: only whoever knows the secret gets to the same signature. */
async function signer({ headers, method = '' }: IncomingMessage, url: URL, body: string): Promise<string | undefined> {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=(\S+), /.exec(
      headers.authorization ?? '',
    );
  const [, accessKeyId = '', region = '', service = '', names = ''] = given ?? [];
  const sessionToken = headers['x-amz-security-token'] as string | undefined;
  const credentials = { accessKeyId, secretAccessKey: SECRET, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const stamp = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const kept = Object.entries(headers).filter(([name]) => names.split(';').includes(name));
  const signed = await new SignatureV4({ service, region, credentials, sha256: Sha256 }).sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(kept) as Record<string, string>,
      ...(method === 'GET' ? {} : { body }),
    },
    { signingDate: new Date(stamp) },
  );
  const right = service === 'lambda' && signed.headers['authorization'] === headers.authorization;
  return right ? (sessionToken === undefined ? accessKeyId : `${sessionToken}/${accessKeyId}`) : undefined;
}
