/** Where the operator API is found, and as whom it is asked. */
import { createServer, type Server } from 'node:http';

import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { connection, localOperator, type Where } from '../../bin/commands/connection.ts';
import { EXIT, Refusal } from '../../bin/commands/exit.ts';
import { listenHere, type Here } from '../../bin/local/pages/loopback.ts';
import { operatorsDesk } from './desk.ts';
import { aStatus } from './fixtures.ts';

const desk = operatorsDesk();
const URL_OF_API = 'https://abc.lambda-url.eu-west-1.on.aws/';

function found(where: Where, environment: Record<string, string> = {}) {
  const io = { out: () => undefined, err: () => undefined, isTerminal: false, columns: 80, now: () => 0 };
  return connection(where, { ...io, environment });
}
const refused = async (...args: Parameters<typeof found>) => {
  const error: unknown = await found(...args).then(
    () => undefined,
    (each: unknown) => each,
  );
  if (!(error instanceof Refusal)) throw error ?? new Error('it was found');
  return { exit: error.exit, code: error.complaint.code, sentence: error.complaint.sentence };
};

describe('the local system', () => {
  it('is where the option says, or else the environment', async () => {
    expect(await found({ local: 'http://127.0.0.1:4000/' })).toMatchObject({ url: 'http://127.0.0.1:4000/' });
    const environment = { SUNSET_LOCAL: 'http://127.0.0.1:5000/' };
    expect(await found({ local: '' }, environment)).toMatchObject({ url: 'http://127.0.0.1:5000/' });
    expect(await refused({ local: '' })).toMatchObject({ exit: EXIT.wrongUse });
  });

  it('takes whoever one says one is', () => {
    expect(localOperator('second-operator')).toEqual({ accessKeyId: 'second-operator', secretAccessKey: 'local' });
    expect(localOperator('Operators/second-operator')).toEqual({
      accessKeyId: 'second-operator',
      secretAccessKey: 'local',
      sessionToken: 'Operators',
    });
    expect(() => localOperator('a/b/c')).toThrow(/--as is "a\/b\/c"/);
    expect(() => localOperator('')).toThrow(/--as is ""/);
  });

  it('is asked through to the end, wherever --local stands', async () => {
    desk.answers({ status: () => aStatus() });
    const { url } = desk.api();
    const at = { connect: undefined, environment: { SUNSET_LOCAL: url } } as unknown as object;
    expect(await desk.run('--local status --as Operators/second-operator', at)).toMatchObject({ exit: EXIT.done });
    expect(await desk.run('status --local --as second-operator', at)).toMatchObject({ exit: EXIT.done });
    expect(await desk.run(`--local ${url} status`, at)).toMatchObject({ exit: EXIT.done });
    expect(desk.api().seen.map(({ who }) => who)).toEqual([
      'Operators/second-operator',
      'second-operator',
      'first-operator',
    ]);
  });

  it('is the only one that takes --as', async () => {
    expect(await refused({ as: 'second-operator', url: URL_OF_API })).toMatchObject({ exit: EXIT.wrongUse });
  });
});

describe('a deployed system', () => {
  let server: Server;
  let here: Here;
  let answer: { status: number; body: string };
  const stack = (outputs: string) =>
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const fault = (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  const asked: string[] = [];

  // The modules of the SDK are loaded when they are first needed, which takes its time.
  beforeAll(async () => {
    await import('@aws-sdk/client-cloudformation');
    await import('@aws-sdk/credential-provider-node');
  });
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => asked.push(body));
      request.on('end', () => response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body));
    });
    here = await listenHere(server, 0);
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', here.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await here.close();
  });
  const REGION = { AWS_REGION: 'eu-west-1' };

  it('is found in the outputs of its stack', async () => {
    const output = `<member><OutputKey>OperatorUrl</OutputKey><OutputValue>${URL_OF_API}</OutputValue></member>`;
    answer = { status: 200, body: stack(output) };
    const { credentials, ...where } = await found({}, REGION);
    expect(where).toEqual({ url: URL_OF_API, region: 'eu-west-1' });
    expect(typeof credentials === 'function' && (await credentials())).toMatchObject({ accessKeyId: 'AKIAEXAMPLE' });
    await found({ stack: 'mine' }, { ...REGION, SUNSET_STACK: 'yours' });
    await found({}, { ...REGION, SUNSET_STACK: 'yours' });
    const names = asked.map((body) => new URLSearchParams(body).get('StackName'));
    expect(names).toEqual(['instagram-e2ee', 'mine', 'yours']);
  });

  it('is unknown where there is no such stack, or it has no such output', async () => {
    answer = { status: 400, body: fault('ValidationError', 'Stack with id s does not exist') };
    expect(await refused({}, REGION)).toMatchObject({ exit: EXIT.unknownName, code: 'unknown-stack' });
    answer = { status: 200, body: stack('') };
    expect(await refused({}, REGION)).toMatchObject({ exit: EXIT.unknownName, code: 'unknown-stack' });
  });

  it('is not found by somebody who may not look', async () => {
    answer = { status: 403, body: fault('AccessDenied', 'no') };
    expect(await refused({}, REGION)).toMatchObject({ exit: EXIT.notAllowed });
  });

  it('is where an address says, in the region that the address names', async () => {
    expect(await found({ url: URL_OF_API })).toMatchObject({ url: URL_OF_API, region: 'eu-west-1' });
    expect(await found({}, { SUNSET_URL: URL_OF_API })).toMatchObject({ url: URL_OF_API });
    expect(asked).toEqual([]);
    expect(await refused({ url: 'https://api.example.com/' })).toMatchObject({ exit: EXIT.wrongUse });
    expect(await refused({ url: 'http://api.example.com/' }, REGION)).toMatchObject({ exit: EXIT.wrongUse });
    expect(await refused({})).toMatchObject({ exit: EXIT.wrongUse, sentence: 'No AWS region is known.' });
  });

  it('is asked by nobody who has not signed in', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    expect(await refused({ url: URL_OF_API })).toMatchObject({ exit: EXIT.notAllowed, code: 'no-credentials' });
  });
});
