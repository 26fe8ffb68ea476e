/** Function URLs and KMS as a template asks for them: a cloud of small functions, asked over HTTP as anybody would. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request as send, type RequestOptions, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as realTime } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Sha256 } from '@aws-crypto/sha256-js';
import { GenerateMacCommand, type GenerateMacCommandInput, KMSClient } from '@aws-sdk/client-kms';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { type LocalCloud, startCloud } from '../../bin/local/cloud/cloud.ts';
import type { UrlEvent } from '../../bin/local/cloud/urls.ts';
import { closeServer, listen } from '../../bin/local/cloud/wire.ts';
import { DAY, HOUR, MINUTE, parseInstant } from '../../functions/domain/time.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STACK = 'demo';
const folder = mkdtempSync(join(tmpdir(), 'sunset-urls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The functions of these tests, by what each is asked for. */
const HANDLERS = `
import { setTimeout as wait } from 'node:timers/promises';
import { createRequire } from 'node:module';

export const echo = async (event) => event;
export const says = async ({ body }) => JSON.parse(body);
export const repeats = async ({ body }) => body.repeat(2);
export const measures = async ({ body = '' }) => body.length;
export const environment = async () => process.env;
export const fails = async () => { throw new Error('on purpose'); };
export const dies = async () => process.exit(3);
export const sleeps = async () => { await wait(60 * 60 * 1000); return 'awake'; };
export const gated = async ({ rawPath }) => ({ statusCode: 200, body: await (await fetch(process.env.GATE + rawPath)).text() });

let working = 0;
let most = 0;
export const counts = async () => {
  working += 1;
  most = Math.max(most, working);
  await fetch(process.env.GATE);
  working -= 1;
  return most;
};

export const signs = async ({ body }) => {
  const { KMSClient, GenerateMacCommand } = createRequire(process.env.ROOT)('@aws-sdk/client-kms');
  const input = { KeyId: process.env.KEY, Message: Buffer.from(body), MacAlgorithm: 'HMAC_SHA_256' };
  return new KMSClient({}).send(new GenerateMacCommand(input)).then(
    ({ KeyId, Mac }) => ({ KeyId, mac: Buffer.from(Mac).toString('hex') }),
    ({ name, message }) => ({ name, message }),
  );
};
`;

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
type Handler =
  'echo' | 'says' | 'repeats' | 'measures' | 'environment' | 'fails' | 'dies' | 'sleeps' | 'gated' | 'counts' | 'signs';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const url = (of: string, properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Url',
  Properties: { AuthType: 'NONE', TargetFunctionArn: arnOf(of), ...properties },
});
/** A function with a role and a URL: `Name`, `NameRole` and `NameUrl`. */
function withUrl(
  id: string,
  handler: Handler,
  { environment = {}, timeout = 3, actions = ['logs:*'] }: FunctionOptions = {},
): Resources {
  const statements = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }] },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: `index.${handler}`,
        Runtime: 'nodejs24.x',
        Code: { S3Bucket: 'code', S3Key: 'code.zip' },
        Role: arnOf(`${id}Role`),
        Timeout: timeout,
        Environment: { Variables: environment },
      },
    },
    [`${id}Url`]: url(id),
  };
}
interface FunctionOptions {
  readonly environment?: Record<string, unknown>;
  /** In seconds. */
  readonly timeout?: number;
  readonly actions?: readonly string[];
}

let assemblies = 0;
/** A folder as `cdk synth` writes it. */
function assemblyOf(resources: Resources): string {
  const directory = join(folder, String(++assemblies));
  mkdirSync(join(directory, 'code'), { recursive: true });
  writeFileSync(join(directory, 'code', 'index.mjs'), HANDLERS);
  const asset = { source: { path: 'code' }, destinations: { here: { objectKey: 'code.zip' } } };
  writeFileSync(join(directory, `${STACK}.assets.json`), JSON.stringify({ files: { code: asset } }));
  writeFileSync(join(directory, `${STACK}.template.json`), JSON.stringify({ Resources: resources }));
  return directory;
}

let running: LocalCloud | undefined;
let gate: Gate | undefined;
afterEach(async () => {
  gate?.open();
  await running?.stop();
  await gate?.close();
  running = gate = undefined;
});

async function start(...resources: readonly Resources[]): Promise<LocalCloud> {
  running = await startCloud({
    assembly: assemblyOf(Object.assign({}, ...resources) as Resources),
    from: NOW,
    onMail: () => {},
    onEvent: () => {},
    onChatWrite: () => {},
  });
  return running;
}

/** Where a function stops, in real time, until the test lets it go on. */
interface Gate {
  readonly address: string;
  /** Resolves when so many have come, in all. */
  reached(count: number): Promise<void>;
  /** For whoever waits and whoever comes. */
  open(): void;
  close(): Promise<void>;
}
async function aGate(): Promise<Gate> {
  const opened = Promise.withResolvers<void>();
  let came = 0;
  const server: Server = createServer((request, response) => {
    came += 1;
    server.emit('came');
    void opened.promise.then(() => response.end(request.url));
  });
  const address = await listen(server);
  gate = {
    address,
    async reached(count) {
      while (came < count) await new Promise((resolve) => server.once('came', resolve));
    },
    open: () => opened.resolve(),
    close: () => closeServer(server),
  };
  return gate;
}

interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const urlOf = ({ urls }: LocalCloud, id: string): string => {
  const found = urls[`${STACK}-${id}Url`];
  if (found === undefined) throw new Error(`no URL of ${id} among ${Object.keys(urls).join(', ')}`);
  return found;
};
/** One request, its headers as they are given, and the answer as it came. */
function ask(address: string, { body, ...options }: RequestOptions & { body?: string | Buffer } = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    send(address, options, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((told) => resolve({ status, headers, body: told }), reject);
    })
      .once('error', reject)
      .end(body);
  });
}
const eventOf = async (told: Promise<Told>) => JSON.parse((await told).body) as UrlEvent;
const post = (body: string | Buffer, type: string) => ({ method: 'POST', headers: { 'content-type': type }, body });
const SOON = 150;
/** Whether a promise is kept in a little while of real time: long enough for whatever is not held. */
const isSoon = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), realTime(SOON, false, { ref: false })]);

describe('a request to a function URL', () => {
  it('tells the function what was asked, in payload format 2.0', async () => {
    const cloud = await start(withUrl('Page', 'echo'));
    const address = urlOf(cloud, 'Page');
    const headers = { 'User-Agent': 'a browser', Accept: 'text/html', 'X-Two': ['a', 'b'] };
    const told = await ask(`${address}some/p%C3%A4ge?a=1&b=x%20y&a=2&c`, { headers });
    expect(told).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    const { host } = new URL(address);
    expect(JSON.parse(told.body)).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/some/p%C3%A4ge',
      rawQueryString: 'a=1&b=x%20y&a=2&c',
      headers: { host, connection: 'keep-alive', 'user-agent': 'a browser', accept: 'text/html', 'x-two': 'a,b' },
      queryStringParameters: { a: '1,2', b: 'x y', c: '' },
      requestContext: {
        accountId: 'anonymous',
        apiId: `${STACK}-PageUrl`,
        domainName: host,
        domainPrefix: `${STACK}-PageUrl`,
        http: {
          method: 'GET',
          path: '/some/p%C3%A4ge',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'a browser',
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        routeKey: '$default',
        stage: '$default',
        time: '14/Apr/2026:08:00:00 +0000',
        timeEpoch: NOW,
      },
      isBase64Encoded: false,
    });
  });

  it.each(['', '/', '?a=1', '/?a=1'])(
    'has a path that begins with a slash, though "%s" is all there is',
    async (rest) => {
      const cloud = await start(withUrl('Page', 'echo'));
      const { rawPath } = await eventOf(ask(urlOf(cloud, 'Page').replace(/\/$/, rest)));
      expect(rawPath).toBe('/');
    },
  );

  it('carries its cookies, in a list and in their header', async () => {
    const cloud = await start(withUrl('Page', 'echo'));
    const { cookies, headers } = await eventOf(ask(urlOf(cloud, 'Page'), { headers: { Cookie: 'a=1; b="x=y";c' } }));
    expect([cookies, headers['cookie']]).toEqual([['a=1', 'b="x=y"', 'c'], 'a=1; b="x=y";c']);
  });

  it.each([
    ['text/plain; charset=utf-8', 'grüß', 'grüß', false],
    ['application/json', '{"a":"ü"}', '{"a":"ü"}', false],
    ['Application/JSON; charset=utf-8', '{}', '{}', false],
    ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click', btoa('List-Unsubscribe=One-Click'), true],
    ['application/jsonlines', '{}', btoa('{}'), true],
    ['application/octet-stream', Buffer.from([0, 255]), 'AP8=', true],
  ])('has a body of %s', async (type, body, carried, isBase64Encoded) => {
    const cloud = await start(withUrl('Page', 'echo'));
    const event = await eventOf(ask(urlOf(cloud, 'Page'), post(body, type)));
    expect(event).toMatchObject({ body: carried, isBase64Encoded });
    expect(event.requestContext.http.method).toBe('POST');
  });

  it('has no body where none was sent', async () => {
    const cloud = await start(withUrl('Page', 'echo'));
    const event = await eventOf(ask(urlOf(cloud, 'Page'), post('', 'text/plain')));
    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });

  it.each(['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('may be a %s', async (method) => {
    const cloud = await start(withUrl('Page', 'echo'));
    const { status, headers, body } = await ask(urlOf(cloud, 'Page'), { method });
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    if (method === 'HEAD') expect(body).toBe('');
    else expect((JSON.parse(body) as UrlEvent).requestContext.http.method).toBe(method);
  });

  it('may carry six megabytes, and not a byte more', async () => {
    const cloud = await start(withUrl('Page', 'measures'));
    const most = 'x'.repeat(6 * 1024 * 1024);
    expect(await ask(urlOf(cloud, 'Page'), post(most, 'text/plain'))).toMatchObject({ body: String(most.length) });
    expect(await ask(urlOf(cloud, 'Page'), post(`${most}x`, 'text/plain'))).toMatchObject({ status: 413 });
    expect(cloud.failures()).toEqual({});
  });

  it('goes to the function of its URL, and to nobody where there is none', async () => {
    const cloud = await start(withUrl('Page', 'echo'), withUrl('Other', 'measures'));
    expect((await ask(urlOf(cloud, 'Other'))).body).toBe('0');
    expect((await ask(urlOf(cloud, 'Page').replace('Page', 'None'))).status).toBe(404);
  });
});

describe('a URL that asks for a signature', () => {
  const signedUrl = { PageUrl: url('Page', { AuthType: 'AWS_IAM' }) };
  const startSigned = (handler: Handler = 'echo') => start(withUrl('Page', handler), signedUrl);
  interface Signing {
    readonly name?: string;
    readonly secret?: string;
    readonly role?: string;
    readonly service?: string;
    readonly region?: string;
    readonly at?: Date;
    readonly checksum?: boolean;
    readonly method?: string;
    readonly path?: string;
    readonly query?: Record<string, string | string[]>;
    readonly body?: string;
  }
  async function sign(address: string, x: Signing = {}) {
    const { host, hostname, port, pathname } = new URL(address);
    const signer = new SignatureV4({
      service: x.service ?? 'lambda',
      region: x.region ?? 'us-east-1',
      sha256: Sha256,
      applyChecksum: x.checksum ?? true,
      credentials: {
        accessKeyId: x.name ?? 'first-operator',
        secretAccessKey: x.secret ?? 'local',
        ...(x.role === undefined ? {} : { sessionToken: x.role }),
      },
    });
    const request = {
      method: x.method ?? 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: `${pathname.slice(0, -1)}${x.path ?? '/v1/cohorts/eu%202'}`,
      query: x.query ?? {},
      headers: { host, 'content-type': 'application/json' } as Record<string, string>,
      body: x.body ?? '{"reason":"support is overloaded"}',
    };
    return signer.sign(request, { signingDate: x.at ?? new Date(NOW) });
  }
  type Signed = Awaited<ReturnType<typeof sign>>;
  function sendSigned({ method, headers, path, query = {}, body }: Signed, address: string): Promise<Told> {
    const pairs = Object.entries(query).flatMap(([key, value]) =>
      [value ?? ''].flat().map((each) => `${encodeURIComponent(key)}=${encodeURIComponent(each)}`),
    );
    const target = `${new URL(address).origin}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
    return ask(target, { method, headers, body: body as string });
  }
  const asking = async (cloud: LocalCloud, x: Signing = {}, change: (signed: Signed) => void = () => {}) => {
    const signed = await sign(cloud.operatorUrl, x);
    change(signed);
    return sendSigned(signed, cloud.operatorUrl);
  };

  it('is the operators’, and tells the function who has signed, as Lambda does', async () => {
    const cloud = await startSigned();
    expect(cloud.operatorUrl).toBe(urlOf(cloud, 'Page'));
    const told = await asking(cloud);
    const { requestContext, rawPath, body } = JSON.parse(told.body) as UrlEvent;
    expect([told.status, rawPath, body]).toEqual([200, '/v1/cohorts/eu%202', '{"reason":"support is overloaded"}']);
    expect(requestContext.accountId).toBe('000000000000');
    expect(requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'first-operator',
        accountId: '000000000000',
        callerId: 'first-operator',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: 'arn:aws:iam::000000000000:user/first-operator',
        userId: 'first-operator',
      },
    });
  });

  it('knows a role by its session token, and its session by the access key', async () => {
    const cloud = await startSigned();
    const { requestContext } = await eventOf(asking(cloud, { role: 'operators', name: 'second-operator' }));
    expect(requestContext.authorizer?.iam).toMatchObject({
      userArn: 'arn:aws:sts::000000000000:assumed-role/operators/second-operator',
      userId: 'operators:second-operator',
    });
  });

  it.each<[string, Signing]>([
    [
      'a query with signs of its own, in any order',
      { query: { b: 'x y/+&=', a: ['2', '1'], c: '' }, method: 'GET', body: '' },
    ],
    ['a body beyond ASCII', { body: '{"reason":"grüß"}' }],
    ['a signature without the hash of the body as a header', { checksum: false }],
    ['a signature of years ago: time here is another one', { at: new Date('2019-01-01T00:00:00Z') }],
    ['a name with every sign that IAM knows', { name: 'a.b_c-d+e=f@example.com' }],
  ])('lets in %s', async (_, signing) => {
    const cloud = await startSigned('measures');
    expect(await asking(cloud, signing)).toMatchObject({ status: 200 });
  });

  it.each<[string, Signing, (signed: Signed) => void]>([
    ['without a signature', {}, ({ headers }) => delete headers['authorization']],
    ['with another secret', { secret: 'guessed' }, () => {}],
    ['for another service', { service: 'execute-api' }, () => {}],
    ['for another region', { region: 'eu-central-1' }, () => {}],
    ['with another method', {}, (signed) => (signed.method = 'PUT')],
    ['with another path', {}, (signed) => (signed.path += '/more')],
    ['with another query', {}, (signed) => (signed.query = { cohort: 'eu-2' })],
    ['with another body', {}, (signed) => (signed.body = '{"reason":"none at all"}')],
    ['with another body where its hash is no header', { checksum: false }, (signed) => (signed.body = '{}')],
    ['with a role that nobody has signed', {}, ({ headers }) => (headers['x-amz-security-token'] = 'operators')],
    ['with another role', { role: 'support' }, ({ headers }) => (headers['x-amz-security-token'] = 'operators')],
    ['without the role that was signed', { role: 'support' }, ({ headers }) => delete headers['x-amz-security-token']],
    ['at another time', {}, ({ headers }) => (headers['x-amz-date'] = '20260415T080000Z')],
    ['by a name that IAM does not allow', { name: 'first operator' }, () => {}],
  ])('refuses a request %s, and invokes nothing', async (_, signing, change) => {
    const cloud = await startSigned('dies');
    expect(await asking(cloud, signing, change)).toMatchObject({
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: '{"Message":"Forbidden"}',
    });
    expect(cloud.failures()).toEqual({});
  });

  it('is not looked for where there is none, or more than one', async () => {
    const none = await start(withUrl('Page', 'echo'));
    expect(() => none.operatorUrl).toThrow('0 function URLs of the template ask for a signature');
    await none.stop();
    const two = await start(withUrl('Page', 'echo'), signedUrl, withUrl('Other', 'echo'), {
      OtherUrl: url('Other', { AuthType: 'AWS_IAM' }),
    });
    expect(() => two.operatorUrl).toThrow('2 function URLs');
  });
});

describe('the answer', () => {
  const told = async (answer: unknown) => {
    const cloud = await start(withUrl('Page', 'says'));
    return { ...(await ask(urlOf(cloud, 'Page'), post(JSON.stringify(answer), 'application/json'))), cloud };
  };

  it('has the status, headers, cookies and text that the function says', async () => {
    const { status, headers, body } = await told({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'X-Own': 'yes', 'Content-Length': '1' },
      cookies: ['a=1; Max-Age=60', 'b=2'],
      body: '<p>grüß</p>',
    });
    expect([status, body]).toEqual([201, '<p>grüß</p>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-own': 'yes',
      'content-length': '13',
      'set-cookie': ['a=1; Max-Age=60', 'b=2'],
    });
    expect(headers).not.toHaveProperty('date');
  });

  it('is decoded where it is base64', async () => {
    expect(await told({ statusCode: 200, body: btoa('bytes'), isBase64Encoded: true })).toMatchObject({
      body: 'bytes',
    });
  });

  it.each([302, 404, 500])('may be %d, with nothing else', async (statusCode) => {
    const { cloud, ...answer } = await told({ statusCode });
    expect(answer).toMatchObject({ status: statusCode, body: '', headers: { 'content-type': 'application/json' } });
    expect(cloud.failures()).toEqual({});
  });

  it.each(['Hello, world!', { message: 'hello' }, [1], 7, null])(
    'is JSON of %j, which has no status',
    async (result) => {
      expect(await told(result)).toMatchObject({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(result),
      });
    },
  );

  it.each([
    [{ statusCode: 99 }, /statusCode is 99: use a whole number from 200 to 599/],
    [{ statusCode: '200' }, /statusCode is "200"/],
    [{ statusCode: 200, body: { a: 1 } }, /body is {"a":1}: use a string/],
    [{ statusCode: 200, headers: { 'x-own': 'two\nlines' } }, /x-own/],
    [{ statusCode: 200, headers: { 'no name': 'x' } }, /no name/],
    [{ statusCode: 200, cookies: 'a=1' }, /cookies is "a=1": use a list/],
  ])('is 502 where nothing can be made of what the function says: %j', async (result, why) => {
    const { status, body, cloud } = await told(result);
    expect([status, body]).toEqual([502, 'Internal Server Error']);
    expect(cloud.failures()[`${STACK}-Page`]).toMatchObject({ count: 1, last: expect.stringMatching(why) as string });
  });
});

describe('an answer of more than six megabytes', () => {
  it.each([
    ['is 502, and counted', 3 * 1024 * 1024, 502, 1],
    ['is one with its quotes', 3 * 1024 * 1024 - 1, 200, 0],
  ])('%s', async (_, half, status, failures) => {
    const cloud = await start(withUrl('Page', 'repeats'));
    expect((await ask(urlOf(cloud, 'Page'), post('x'.repeat(half), 'text/plain'))).status).toBe(status);
    expect(cloud.failures()[`${STACK}-Page`]?.count ?? 0).toBe(failures);
  });
});

describe('a function that does not answer', () => {
  it.each([
    ['fails', 'on purpose'],
    ['dies', 'the process ended with code 3'],
  ] as const)('%s, is 502 to who asked, and is counted', async (handler, why) => {
    const cloud = await start(withUrl('Page', handler));
    for (const count of [1, 2]) {
      const { status, body } = await ask(urlOf(cloud, 'Page'));
      expect([status, body]).toEqual([502, 'Internal Server Error']);
      expect(cloud.failures()[`${STACK}-Page`]).toMatchObject({ count, last: expect.stringContaining(why) as string });
    }
  });

  it('in its time is 502, at the end of that time', async () => {
    const cloud = await start(withUrl('Page', 'sleeps', { timeout: 60 }));
    const answer = ask(urlOf(cloud, 'Page'));
    expect(await isSoon(answer)).toBe(false);
    await cloud.advance(NOW + MINUTE - 1);
    expect(await isSoon(answer)).toBe(false);
    await cloud.advance(NOW + MINUTE);
    expect(await answer).toMatchObject({ status: 502, body: 'Internal Server Error' });
    expect(cloud.failures()[`${STACK}-Page`]?.count).toBe(1);
  });

  it('soon, but in its time, has not failed', async () => {
    const cloud = await start(withUrl('Page', 'sleeps', { timeout: 2 * 60 * 60 }));
    const answer = ask(urlOf(cloud, 'Page'));
    expect(await isSoon(answer)).toBe(false);
    await cloud.advance(NOW + HOUR);
    expect(await answer).toMatchObject({ status: 200, body: '"awake"' });
    expect(cloud.failures()).toEqual({});
  });
});

describe('the line', () => {
  it('keeps requests until the function is idle: it runs once at a time', async () => {
    const { address: GATE, reached, open } = await aGate();
    const cloud = await start(withUrl('Page', 'counts', { environment: { GATE } }));
    const answers = Array.from({ length: 5 }, () => ask(urlOf(cloud, 'Page')));
    await reached(1);
    expect(await isSoon(reached(2))).toBe(false);
    open();
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['1', '1', '1', '1', '1']);
  });

  it('is one for each function: another answers meanwhile', async () => {
    const { address: GATE, reached, open } = await aGate();
    const cloud = await start(withUrl('Page', 'counts', { environment: { GATE } }), withUrl('Other', 'echo'));
    const slow = ask(urlOf(cloud, 'Page'));
    await reached(1);
    expect((await ask(urlOf(cloud, 'Other'))).status).toBe(200);
    open();
    expect((await slow).status).toBe(200);
  });

  it('moves on with time where the function waits for it, also behind what others asked of it', async () => {
    const cloud = await start(withUrl('Page', 'sleeps', { timeout: 2 * 60 * 60 }));
    const invoked = cloud.invoke(`${STACK}-Page`, {});
    const answers = [ask(urlOf(cloud, 'Page')), ask(urlOf(cloud, 'Page'))];
    expect(await isSoon(Promise.race(answers))).toBe(false);
    await cloud.advance(NOW + 2 * HOUR);
    expect([await invoked, (await Promise.race(answers)).body]).toEqual(['awake', '"awake"']);
    expect(await isSoon(Promise.all(answers))).toBe(false);
    await cloud.advance(NOW + 3 * HOUR);
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['"awake"', '"awake"']);
  });

  it('does not lose whoever has hung up: what they asked for is done', async () => {
    const { address: GATE, reached, open } = await aGate();
    const cloud = await start(withUrl('Page', 'gated', { environment: { GATE } }));
    const first = ask(urlOf(cloud, 'Page'));
    await reached(1);
    const impatient = send(urlOf(cloud, 'Page')).on('error', () => {});
    impatient.end();
    expect(await isSoon(reached(2))).toBe(false);
    impatient.destroy();
    open();
    await reached(2);
    expect((await first).status).toBe(200);
    expect((await ask(urlOf(cloud, 'Page'))).status).toBe(200);
  });

  it('ends with the cloud: whoever waits, and whoever is worked on, is told 503', async () => {
    const { address: GATE, reached } = await aGate();
    const cloud = await start(withUrl('Page', 'gated', { environment: { GATE } }));
    const worked = ask(urlOf(cloud, 'Page'));
    await reached(1);
    const waiting = ask(urlOf(cloud, 'Page'));
    expect(await isSoon(waiting)).toBe(false);
    await cloud.stop();
    expect([(await worked).status, (await waiting).status]).toEqual([503, 503]);
    expect(cloud.failures()).toEqual({});
    await expect(ask(urlOf(cloud, 'Page'))).rejects.toThrow();
  });
});

describe('virtual time', () => {
  it('stands still while a request is worked on, and then goes on', async () => {
    const { address: GATE, reached, open } = await aGate();
    const cloud = await start(withUrl('Page', 'gated', { environment: { GATE } }));
    const answer = ask(urlOf(cloud, 'Page'));
    await reached(1);
    const advanced = cloud.advance(NOW + DAY);
    expect(await isSoon(advanced)).toBe(false);
    expect(cloud.now()).toBe(NOW);
    open();
    await advanced;
    expect([cloud.now(), (await answer).status]).toEqual([NOW + DAY, 200]);
  });

  it('moves soon where nobody has asked for anything', async () => {
    const cloud = await start(withUrl('Page', 'gated'));
    expect(await isSoon(cloud.advance(NOW + DAY))).toBe(true);
    expect(cloud.now()).toBe(NOW + DAY);
  });

  it('stands still for a request that comes while it is under way', async () => {
    const { address: GATE, reached, open } = await aGate();
    const cloud = await start(withUrl('Page', 'gated', { environment: { GATE } }));
    let late = 0;
    cloud.at(NOW + HOUR, () => void ask(urlOf(cloud, 'Page')));
    // A look at the system that takes a while: the request comes in the middle of it.
    const look = async ({ now }: { now: number }) => {
      if (now === NOW + HOUR) await reached(1);
      return now > NOW + HOUR;
    };
    cloud.at(NOW + 2 * HOUR, () => void (late = cloud.now()));
    const advanced = cloud.advance(look);
    await reached(1);
    expect(await isSoon(advanced)).toBe(false);
    expect([cloud.now(), late]).toEqual([NOW + HOUR, 0]);
    open();
    await advanced;
    expect([cloud.now(), late]).toEqual([NOW + 2 * HOUR, NOW + 2 * HOUR]);
  });

  it('goes on though the condition that is asked is a request itself', async () => {
    const cloud = await start(withUrl('Page', 'echo'));
    cloud.at(NOW + HOUR, () => {});
    const timeOf = async () => (await eventOf(ask(urlOf(cloud, 'Page')))).requestContext.timeEpoch;
    await cloud.advance(async () => (await timeOf()) === NOW + HOUR);
    expect(cloud.now()).toBe(NOW + HOUR);
  });

  it('stands still until a request has come in whole, or not at all', async () => {
    const cloud = await start(withUrl('Page', 'measures'));
    const begin = async () => {
      const headers = { 'content-type': 'text/plain', 'content-length': '8', expect: '100-continue' };
      const begun = send(urlOf(cloud, 'Page'), { method: 'POST', headers }).on('error', () => {});
      const come = new Promise((resolve) => begun.once('continue', resolve));
      begun.write('half');
      await come;
      return begun;
    };
    const whole = await begin();
    const first = cloud.advance(NOW + HOUR);
    expect(await isSoon(first)).toBe(false);
    expect(cloud.now()).toBe(NOW);
    whole.end('half');
    await first;

    const broken = await begin();
    const second = cloud.advance(NOW + DAY);
    expect(await isSoon(second)).toBe(false);
    expect(cloud.now()).toBe(NOW + HOUR);
    broken.destroy();
    await second;
    expect([cloud.now(), cloud.failures()]).toEqual([NOW + DAY, {}]);
  });

  it('need not be moved for a request to be answered: before, between and after', async () => {
    const cloud = await start(withUrl('Page', 'echo'));
    for (const at of [NOW, NOW + HOUR, NOW + DAY]) {
      await cloud.advance(at);
      const { requestContext } = await eventOf(ask(urlOf(cloud, 'Page')));
      expect([requestContext.timeEpoch, cloud.now()]).toEqual([at, at]);
    }
  });
});

describe('the URL', () => {
  it('is what the template is told, and works', async () => {
    const PAGE = { 'Fn::GetAtt': ['PageUrl', 'FunctionUrl'] };
    const environment = { PAGE, LINK: { 'Fn::Join': ['', [PAGE, 'preferences?u=1']] } };
    const cloud = await start(withUrl('Page', 'echo'), withUrl('Mail', 'environment', { environment }));
    const told = cloud.environmentOf(`${STACK}-Mail`);
    expect(told['PAGE']).toBe(cloud.urls[`${STACK}-PageUrl`]);
    expect(told['PAGE']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo-PageUrl\/$/);
    expect((await eventOf(ask(told['LINK'] ?? ''))).rawPath).toBe('/preferences');
  });

  it.each([
    ['another kind of caller', url('Page', { AuthType: 'COGNITO' }), 'property AuthType COGNITO'],
    ['a stream', url('Page', { InvokeMode: 'RESPONSE_STREAM' }), 'property InvokeMode RESPONSE_STREAM'],
    ['a version', url('Page', { Qualifier: 'live' }), 'property Qualifier'],
    ['other origins', url('Page', { Cors: { AllowOrigins: ['*'] } }), 'property Cors'],
    ['what is no function', url('PageRole'), 'property TargetFunctionArn arn:aws:iam:'],
  ])('is refused where it asks for %s', async (_, asked, what) => {
    const refused = start(withUrl('Page', 'echo'), { PageUrl: asked });
    await expect(refused).rejects.toThrow(`AWS::Lambda::Url PageUrl of ${STACK}: ${what}`);
  });

  it('may say that it buffers, as it does anyway', async () => {
    const cloud = await start(withUrl('Page', 'measures'), { PageUrl: url('Page', { InvokeMode: 'BUFFERED' }) });
    expect((await ask(urlOf(cloud, 'Page'))).body).toBe('0');
  });

  it.each([
    ['Ref', { Ref: 'PageUrl' }],
    ['attribute FunctionArn', { 'Fn::GetAtt': ['PageUrl', 'FunctionArn'] }],
  ])('is not told by its %s', async (what, SOMETHING) => {
    const mail = withUrl('Mail', 'environment', { environment: { SOMETHING } });
    await expect(start(withUrl('Page', 'echo'), mail)).rejects.toThrow(`AWS::Lambda::Url PageUrl of ${STACK}: ${what}`);
  });
});

describe('KMS', () => {
  const aKey = (properties: Record<string, unknown> = {}) => ({ Type: 'AWS::KMS::Key', Properties: properties });
  const MACS = { KeyUsage: 'GENERATE_VERIFY_MAC', KeySpec: 'HMAC_256' };
  const KEYS: Resources = {
    Links: aKey({ ...MACS, Description: 'signs links', KeyPolicy: { Statement: [] } }),
    Others: aKey(MACS),
    Off: aKey({ ...MACS, Enabled: false }),
    Long: aKey({ ...MACS, KeySpec: 'HMAC_512' }),
    Tables: aKey({ EnableKeyRotation: true }),
  };
  const keyArn = (id: string) => `arn:aws:kms:us-east-1:000000000000:key/${STACK}-${id}`;

  let client: KMSClient | undefined;
  afterEach(() => client?.destroy());
  function clientOf({ endpoints }: LocalCloud): KMSClient {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new KMSClient({ endpoint: endpoints.kms, region: 'us-east-1', credentials, maxAttempts: 1 });
    return client;
  }
  const bytes = (message: string) => new TextEncoder().encode(message);
  async function mac(cloud: LocalCloud, input: Partial<GenerateMacCommandInput> = {}): Promise<string> {
    const { KeyId, Mac, MacAlgorithm } = await clientOf(cloud).send(
      new GenerateMacCommand({
        KeyId: keyArn('Links'),
        Message: bytes('ana'),
        MacAlgorithm: 'HMAC_SHA_256',
        ...input,
      }),
    );
    expect([KeyId, MacAlgorithm, Mac?.length]).toEqual([expect.stringContaining('arn:aws:kms:'), 'HMAC_SHA_256', 32]);
    return Buffer.from(Mac ?? []).toString('hex');
  }

  it('makes the same code of the same message, by the key’s id and by its ARN, in every cloud', async () => {
    const first = await start(KEYS);
    const code = await mac(first);
    expect([await mac(first), await mac(first, { KeyId: `${STACK}-Links` })]).toEqual([code, code]);
    await first.stop();
    expect(await mac(await start(KEYS))).toBe(code);
  });

  it('makes another code of another message, and under another key', async () => {
    const cloud = await start(KEYS);
    const codes = [
      await mac(cloud),
      await mac(cloud, { Message: bytes('anb') }),
      await mac(cloud, { KeyId: keyArn('Others') }),
    ];
    expect(new Set(codes).size).toBe(3);
  });

  it.each([
    ['a key that is not there', { KeyId: keyArn('None') }, 'NotFoundException'],
    ['a key that encrypts', { KeyId: keyArn('Tables') }, 'InvalidKeyUsageException'],
    ['a longer key', { KeyId: keyArn('Long') }, 'InvalidKeyUsageException'],
    ['a key that is disabled', { KeyId: keyArn('Off') }, 'DisabledException'],
    ['another algorithm', { MacAlgorithm: 'HMAC_SHA_512' as const }, 'InvalidKeyUsageException'],
    ['no algorithm at all', { MacAlgorithm: 'MD5' as 'HMAC_SHA_256' }, 'ValidationException'],
    ['an empty message', { Message: bytes('') }, 'ValidationException'],
    ['a message that is too long', { Message: bytes('x'.repeat(4097)) }, 'ValidationException'],
  ])('refuses %s', async (_, input, name) => {
    await expect(mac(await start(KEYS), input)).rejects.toMatchObject({ name });
  });

  it('knows nothing else', async () => {
    const { endpoints } = await start(KEYS);
    const headers = { 'x-amz-target': 'TrentService.Encrypt' };
    const { status, body } = await ask(endpoints.kms, { method: 'POST', headers, body: '{}' });
    expect([status, JSON.parse(body)]).toMatchObject([400, { __type: 'UnknownOperationException' }]);
  });

  it('serves a function whose role may, by the key that its environment names', async () => {
    const environment = { ROOT, KEY: arnOf('Links') };
    const cloud = await start(KEYS, withUrl('Page', 'signs', { environment, actions: ['kms:GenerateMac'] }));
    const { body } = await ask(urlOf(cloud, 'Page'), post('ana', 'text/plain'));
    expect(JSON.parse(body)).toEqual({ KeyId: keyArn('Links'), mac: await mac(cloud) });
    expect(cloud.requests()).toEqual({ [`${STACK}-Page`]: { 'KMS.GenerateMac': 1 } });
  });

  it('refuses a function whose role may not', async () => {
    const environment = { ROOT, KEY: { Ref: 'Links' } };
    const cloud = await start(
      KEYS,
      withUrl('Page', 'signs', { environment, actions: ['kms:Decrypt', 'kms:VerifyMac'] }),
    );
    const { body } = await ask(urlOf(cloud, 'Page'), post('ana', 'text/plain'));
    expect(JSON.parse(body)).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`${STACK}-Page is not authorized to perform KMS.GenerateMac`) as string,
    });
  });
});
