/** The command line and the operator API as they are, over HTTP: each command once, in the order of a campaign. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { localOperator } from '../../bin/commands/connection.ts';
import { EXIT } from '../../bin/commands/exit.ts';
import { type Here, listenHere } from '../../bin/local/pages/loopback.ts';
import type { Change, Cohort, Status } from '../../functions/contracts/operator-api.ts';
import { planHash } from '../../functions/domain/plan-file.ts';
import { DAY } from '../../functions/domain/time.ts';
import { responding } from '../../functions/runtime/api.ts';
import { PLAN } from '../domain/examples.ts';
import { D35_AT, officeOf, onPage, startWorld, type TestWorld } from '../usecases/world.ts';
import { type Ran, runAt } from './desk.ts';

const WHY = "--reason 'as agreed'";
const NIGHT = D35_AT - 20 * DAY;

let world: TestWorld;
let here: Here;
const errors: unknown[] = [];

beforeAll(async () => {
  world = await startWorld({ at: NIGHT });
  await world.plan.putSunset({ ...(await world.plan.sunset())!, hash: planHash(PLAN) });
  await onPage(world, ['u-1', 'u-2']);
  await world.plan.setTally('eea', { headCount: 120, nominated: 0 });
  const respond = responding(officeOf(world), { error: (_, error) => void errors.push(error) });
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', here.url);
    const name = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1];
    const role = request.headers['x-amz-security-token'];
    const userArn =
      role === undefined
        ? `arn:aws:iam::000000000000:user/${name}`
        : `arn:aws:sts::000000000000:assumed-role/${String(role)}/${name}`;
    const event = {
      rawPath: pathname,
      queryStringParameters: Object.fromEntries(searchParams),
      headers: request.headers,
      body: await text(request),
      requestContext: { http: { method: request.method }, authorizer: { iam: { userArn } } },
    } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
    const answer = await respond(event);
    if (typeof answer === 'object') response.writeHead(answer.statusCode ?? 0).end(answer.body);
  });
  here = await listenHere(server, 0);
});
afterAll(async () => {
  await here.close();
  await world.tables.stop();
});

async function as(who: string, command: string): Promise<Ran> {
  return runAt(here.url, command, {
    connect: { url: here.url, credentials: localOperator(who), region: 'us-east-1' },
    now: () => world.clock.now(),
  });
}
const first = (command: string) => as('first-operator', command);
const second = (command: string) => as('second-operator', command);
const answer = async <T>(command: string) => JSON.parse((await first(`${command} --json`)).out) as T;
const eea = async (): Promise<Cohort> => {
  const found = (await answer<Status>('status')).cohorts.find(({ id }) => id === 'eea');
  if (found === undefined) throw new Error('there is no cohort eea');
  return found;
};

describe('the command line and the operator API', () => {
  it('agree on all that can be looked at', async () => {
    const looks = [
      'status',
      'plan show',
      'changes',
      'person u-1',
      'explain chat-of-u-1',
      'blocked eea --all',
      'audit log',
      'doctor',
    ];
    for (const command of [...looks, 'plan diff examples/instagram-e2ee.yaml'])
      expect({ command, ...(await first(command)) }).toMatchObject({ command, exit: EXIT.done, err: '' });
    expect(errors).toEqual([]);
  });

  it('move a date, once to the version that was seen', async () => {
    const { version, endDate } = await eea();
    const later = `--to ${endDate.slice(0, 7)}-28 ${WHY} --expect ${version}`;
    expect((await first(`cohort reschedule eea ${later} --dry-run`)).out).toContain('Nothing is changed yet');
    expect((await first(`cohort reschedule eea ${later}`)).out).toContain('eea now ends');
    expect(
      await second(`cohort reschedule eea --to ${endDate.slice(0, 7)}-29 ${WHY} --expect ${version}`),
    ).toMatchObject({
      exit: EXIT.stale,
    });
  });

  it('take two people to arm, on the content that both have seen', async () => {
    const change = await answer<Change>(`cohort arm eea ${WHY}`);
    expect(change.proposal).toMatchObject({ kind: 'arm', headCount: 120 });
    expect(await first(`approve ${change.id} --yes`)).toMatchObject({ exit: EXIT.notAllowed });
    const edited = await answer<Change>(
      `cohort arm eea --head-count 120 --reason 'as agreed on the phone' --edit ${change.id}`,
    );
    expect(edited.hash).not.toBe(change.hash);
    expect(await second(`approve ${change.id} --hash ${change.hash.slice(0, 8)}`)).toMatchObject({ exit: EXIT.stale });
    const approved = await second(`approve ${change.id} --hash ${edited.hash.slice(0, 8)}`);
    expect(approved).toMatchObject({ exit: EXIT.done, err: '' });
    expect((await eea()).arming).toMatchObject({ headCount: 120, by: ['first-operator', 'second-operator'] });
    expect((await first('changes --state applied')).out).toContain(`Change ${change.id}: applied`);
  });

  it('pause, go on, and take the arming back', async () => {
    for (const command of ['pause', 'resume', 'disarm'])
      expect({ command, ...(await first(`cohort ${command} eea ${WHY}`)) }).toMatchObject({ exit: EXIT.done, err: '' });
    expect((await eea()).arming).toBe(null);
  });

  it('hold and release, also as a role, which may do nothing else', async () => {
    expect(await as('Deployment/first-operator', `hold eea ${WHY}`)).toMatchObject({ exit: EXIT.done, err: '' });
    expect((await eea()).hold).toMatchObject({ why: 'as agreed' });
    expect(await as('Deployment/first-operator', `exempt u-2 ${WHY}`)).toMatchObject({ exit: EXIT.notAllowed });
    expect(await as('Operators/second-operator', `cohort pause eea ${WHY}`)).toMatchObject({ exit: EXIT.done });
  });

  it('do what is asked for one person, and refuse what makes no sense', async () => {
    expect(await first(`signal u-1 saved ${WHY}`)).toMatchObject({ exit: EXIT.done, err: '' });
    expect(await first(`exempt u-2 ${WHY}`)).toMatchObject({ exit: EXIT.done, err: '' });
    const waiver = await answer<Change>(`waive u-1 ${WHY}`);
    expect(await second(`reject ${waiver.id} ${WHY}`)).toMatchObject({ exit: EXIT.done, err: '' });
    expect(await second(`approve ${waiver.id} --yes`)).toMatchObject({ exit: EXIT.stale });
    expect(await first('person nobody')).toMatchObject({ exit: EXIT.unknownName });
    expect(await first(`restore eea ${WHY}`)).toMatchObject({ exit: EXIT.refused });
    const unknown = await first(`cohort reschedule eeea --to 2026-06-30 ${WHY}`);
    expect(unknown).toMatchObject({ exit: EXIT.unknownName });
    expect(unknown.err).toContain('Did you mean eea?');
  });

  it('leave a trail that is whole', async () => {
    const { exit, out } = await first('audit verify --json');
    expect(exit).toBe(EXIT.done);
    expect((JSON.parse(out) as { verdict: string; entries: number }).entries).toBeGreaterThan(10);
    expect((await first('audit log --about eea')).out).toContain('rescheduled');
    expect(errors).toEqual([]);
  });
});
