/**
 * Function URLs: one server for the outside world, with a path of its own for each URL. A request waits in line until
 * its function is idle, also while nobody moves the clock. Time stands still until a request has come in whole; from
 * then on its function says whether it works or waits. A client that has gone changes nothing: its request is worked on.
 *
 * What a function is told and what its answer means: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * Where a URL asks for IAM, whoever does not sign is told 403, and the function is told who has signed.
 */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';
import { finished } from 'node:stream/promises';
import { type Instant, iso } from './clock.ts';
import type { Functions } from './functions.ts';
import { type IamCaller, callerOf } from './signatures.ts';
import { type Assembly, type Resource, refuse } from './template.ts';
import { closeServer, listen } from './wire.ts';

/** What a request invokes, and with what. */
export interface UrlEvent {
  readonly version: '2.0';
  readonly routeKey: '$default';
  /** As it was sent, without the path of the URL. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    /** The caller's; `anonymous` where nobody has to sign. */
    readonly accountId: string;
    readonly apiId: string;
    readonly authorizer?: { readonly iam: IamCaller };
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: '$default';
    readonly stage: '$default';
    /** When the request began to come in: `12/Mar/2020:19:03:58 +0000`. */
    readonly time: string;
    readonly timeEpoch: Instant;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface Urls {
  /** Begins to listen; everybody is told 503 until the functions are connected. */
  listen(): Promise<void>;
  /** Where the URL of this name is served. */
  url(name: string): string;
  /** Hands requests on from now on. Throws for a URL that asks for more than is known here. */
  connect(to: Connection): void;
  /** From now on everybody is told 503, and so is whoever waits. */
  disconnect(): Promise<void>;
  /** Starts whatever can start now. */
  pump(): void;
  /** Requests that are coming in. */
  working(): string[];
  /** How many have come in whole and wait for their answer. */
  unanswered(): number;
  close(): Promise<void>;
}

export interface UrlsOptions {
  now(): Instant;
  /** Called whenever a request has begun to come in, has come in or has gone. */
  changed(): void;
}

interface Connection {
  readonly assembly: Pick<Assembly, 'ofType'>;
  readonly functions: Pick<Functions, 'nameOfArn' | 'idle' | 'invoke'>;
  failed(functionName: string, error: string): void;
}

/** A request that has come in whole. */
interface Asked {
  readonly functionName: string;
  readonly event: UrlEvent;
  readonly response: ServerResponse;
}

/** What a client is told. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Buffer;
}

const PAYLOAD_BYTES = 6 * 1024 * 1024;
/** How long a request may take to come in. With a look every five seconds it must end before the cloud takes it to hang. */
const ARRIVAL = { requestTimeout: 20_000, connectionsCheckingInterval: 5_000 };
const TEXT = /^\s*(?:text\/|application\/json\s*(?:;|$))/i;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Headers that are this server's to set. */
const OF_THE_CONNECTION = ['connection', 'content-length', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function createUrls({ now, changed }: UrlsOptions): Urls {
  let address = '';
  let connection: (Connection & { readonly targets: ReadonlyMap<string, Target> }) | undefined;
  let requests = 0;
  /** By its answer, the URL that a request is coming in for. */
  const arriving = new Map<ServerResponse, string>();
  const line: Asked[] = [];
  let running = 0;

  const arrived = (response: ServerResponse) => {
    if (arriving.delete(response)) changed();
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { name, path, query } = partsOf(request.url ?? '');
    if (!connection) return tell(response, 503);
    const target = connection.targets.get(name);
    if (target === undefined) return tell(response, 404);
    const at = now();
    const requestId = `00000000-0000-4000-a000-${String(++requests).padStart(12, '0')}`;
    arriving.set(response, name);
    changed();
    const body = await bodyWithin(PAYLOAD_BYTES, request).finally(() => arrived(response));
    if (body === undefined) return tell(response, 413);
    const caller = target.signed ? await callerOf(request, body) : undefined;
    if (target.signed && caller === undefined) return forbid(response);
    if (!connection) return tell(response, 503);
    const context = { name, path, query, at, requestId, host: new URL(address).host, caller };
    line.push({ functionName: target.functionName, event: eventOf(request, body, context), response });
    changed();
  }

  async function run({ functionName, event, response }: Asked, { functions, failed }: Connection): Promise<void> {
    const outcome = await functions.invoke(functionName, event);
    // Whoever was worked on when the cloud was stopped has no function that failed.
    if (!connection) return tell(response, 503);
    try {
      if (!outcome.ok) throw new Error(outcome.error);
      send(response, answerOf(outcome.result));
    } catch (error) {
      failed(functionName, (error as Error).message);
      tell(response, 502);
    }
  }

  const server = createServer({ ...ARRIVAL, keepAliveTimeout: 0 }, (request, response) => {
    // The header would tell the true time.
    response.sendDate = false;
    response.once('close', () => arrived(response));
    // A request that broke off has nobody to be told.
    receive(request, response).catch(() => response.destroy());
  });

  return {
    async listen() {
      address = await listen(server);
    },
    url: (name) => `${address}/${name}/`,
    connect(to) {
      const targets = new Map(
        to.assembly.ofType('AWS::Lambda::Url').map((url) => [url.name, targetOf(url, to.functions)]),
      );
      connection = { ...to, targets };
    },
    async disconnect() {
      connection = undefined;
      const told = line.splice(0).map(({ response }) => {
        tell(response, 503);
        return finished(response).catch(() => undefined);
      });
      await Promise.all(told);
    },
    pump() {
      if (!connection) return;
      for (const asked of line.splice(0)) {
        if (!connection.functions.idle(asked.functionName)) line.push(asked);
        else {
          running += 1;
          void run(asked, connection).finally(() => {
            running -= 1;
            changed();
          });
        }
      }
    },
    working: () => [...arriving.values()].map((name) => `a request to ${name}`),
    unanswered: () => line.length + running,
    close: () => closeServer(server),
  };
}

/** What a URL leads to, and whether callers must sign. */
interface Target {
  readonly functionName: string;
  readonly signed: boolean;
}

function targetOf(url: Resource, functions: Pick<Functions, 'nameOfArn'>): Target {
  const { AuthType, TargetFunctionArn, InvokeMode = 'BUFFERED' } = url.properties;
  if (AuthType !== 'NONE' && AuthType !== 'AWS_IAM') refuse(url, `property AuthType ${String(AuthType)}`);
  if (InvokeMode !== 'BUFFERED') refuse(url, `property InvokeMode ${String(InvokeMode)}`);
  const functionName =
    functions.nameOfArn(String(TargetFunctionArn)) ??
    refuse(url, `property TargetFunctionArn ${String(TargetFunctionArn)}`);
  return { functionName, signed: AuthType === 'AWS_IAM' };
}

/** `/name/path?query`; the path stays as it was sent. */
function partsOf(target: string): { name: string; path: string; query: string } {
  const [, name = '', path = '/', query = ''] = /^\/([^/?]*)(\/[^?]*)?(?:\?(.*))?$/.exec(target) ?? [];
  return { name, path, query };
}

/** A body as it was sent; undefined where it is larger. It is read to its end either way, or its sender would not listen. */
async function bodyWithin(bytes: number, request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bytes) chunks = [];
    else chunks.push(chunk as Buffer);
  }
  return size > bytes ? undefined : Buffer.concat(chunks);
}

interface Context {
  readonly name: string;
  readonly path: string;
  readonly query: string;
  readonly at: Instant;
  readonly requestId: string;
  readonly host: string;
  readonly caller: IamCaller | undefined;
}

function eventOf(request: IncomingMessage, body: Buffer, context: Context): UrlEvent {
  const { name, path, query, at, requestId, host, caller } = context;
  const headers = Object.entries(request.headersDistinct).map(([header, values = []]) => [header, values.join(',')]);
  const parameters = [...Map.groupBy(new URLSearchParams(query), ([key]) => key)].map(([key, pairs]) => [
    key,
    pairs.map(([, value]) => value).join(','),
  ]);
  const cookies = (request.headersDistinct['cookie'] ?? []).flatMap((sent) => sent.split(/;\s*/)).filter(Boolean);
  const isBase64Encoded = body.length > 0 && !TEXT.test(request.headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(parameters.length > 0 && { queryStringParameters: Object.fromEntries(parameters) as Record<string, string> }),
    requestContext: {
      accountId: caller?.accountId ?? 'anonymous',
      apiId: name,
      ...(caller !== undefined && { authorizer: { iam: caller } }),
      domainName: host,
      domainPrefix: name,
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: logTime(at),
      timeEpoch: at,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function logTime(at: Instant): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(iso(at)) ?? [];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

/** What a function's result says to the client. Throws where it says nothing that can be passed on. */
function answerOf(result: unknown): Answer {
  const payload = JSON.stringify(result ?? null);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES) throw new Error(`the answer is larger than ${PAYLOAD_BYTES} bytes`);
  const json = { 'content-type': 'application/json' };
  if (!isObject(result) || result['statusCode'] === undefined)
    return { status: 200, headers: json, cookies: [], body: payload };
  const { statusCode: status } = result;
  const { headers, cookies, body } = {
    headers: result['headers'] ?? {},
    cookies: result['cookies'] ?? [],
    body: result['body'] ?? '',
  };
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    return unusable('statusCode', status, 'a whole number from 200 to 599');
  if (!isObject(headers)) return unusable('headers', headers, 'an object');
  if (!Array.isArray(cookies)) return unusable('cookies', cookies, 'a list');
  if (typeof body !== 'string') return unusable('body', body, 'a string');
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !OF_THE_CONNECTION.includes(name));
  const set = cookies.map(String);
  for (const [name, value] of [...own, ...set.map((cookie) => ['set-cookie', cookie] as const)]) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return {
    status,
    headers: { ...json, ...Object.fromEntries(own) },
    cookies: set,
    body: Buffer.from(body, result['isBase64Encoded'] === true ? 'base64' : 'utf8'),
  };
}

function unusable(name: string, value: unknown, use: string): never {
  throw new Error(`the answer's ${name} is ${JSON.stringify(value).slice(0, 100)}: use ${use}`);
}

function send(response: ServerResponse, { status, headers, cookies, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const cookie of cookies) response.appendHeader('set-cookie', cookie);
  response.end(body);
}

/** What Lambda says to whoever has not signed, or signed as somebody else. */
function forbid(response: ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' };
  send(response, { status: 403, headers, cookies: [], body: JSON.stringify({ Message: 'Forbidden' }) });
}

/** What is said where no function says anything. */
function tell(response: ServerResponse, status: 404 | 413 | 502 | 503): void {
  const body = status === 502 ? 'Internal Server Error' : (STATUS_CODES[status] ?? '');
  send(response, { status, headers: { 'content-type': 'text/plain' }, cookies: [], body });
}
