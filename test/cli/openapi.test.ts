/** The OpenAPI document says what the contract says, and nothing in it leads nowhere. */
import { describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { openApiDocument, type Operation } from '../../functions/contracts/openapi.ts';
import { ERRORS, type RouteName, ROUTES } from '../../functions/contracts/operator-api.ts';
import { operatorsDesk } from './desk.ts';

const desk = operatorsDesk();
const document = openApiDocument();
const operations = Object.values(document.paths).flatMap((each) => Object.values(each));
const schemas = document.components.schemas;

function* within(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const each of Object.values(value)) yield* within(each);
}
const everything = [...within(JSON.parse(JSON.stringify(document)))];
const refs = everything.flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));

describe('the OpenAPI document', () => {
  it('has every route, by method and path, and no other', () => {
    const routes = Object.entries(ROUTES).map(([name, { method, path }]) => `${name}: ${method.toLowerCase()} ${path}`);
    const told = Object.entries(document.paths).flatMap(([path, each]) =>
      Object.entries(each).map(([method, { operationId }]) => `${operationId}: ${method} ${path}`),
    );
    expect(told.sort()).toEqual(routes.sort());
  });

  it('has nothing that is referred to and not there, and nothing there that is not referred to', () => {
    expect(refs.length).toBeGreaterThan(50);
    const names = refs.map((ref) => /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1] ?? ref);
    expect([...new Set(names)].sort()).toEqual(Object.keys(schemas).sort());
  });

  it('names the parameters of each path', () => {
    for (const [path, each] of Object.entries(document.paths))
      for (const { parameters } of Object.values(each))
        expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`)).toEqual(
          path.match(/\{\w+\}/g) ?? [],
        );
  });

  it('asks for a key with every write, and for a body', () => {
    const keyed = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'idempotency-key'));
    const writes = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].method !== 'GET');
    expect(keyed.map(({ operationId }) => operationId).sort()).toEqual(writes.filter((name) => name !== 'diff').sort());
    expect(operations.filter(({ requestBody }) => requestBody !== undefined)).toHaveLength(writes.length);
  });

  it('lets be left out what has a default, and not what every answer has', () => {
    const of = (name: RouteName) => operations.find(({ operationId }) => operationId === name) as Operation;
    const body = of('hold').requestBody?.content['application/json'].schema as { required: string[] };
    expect(body.required.sort()).toEqual(['cohort', 'reason']);
    const move = of('reschedule').requestBody?.content['application/json'].schema as { required: string[] };
    expect(move.required).not.toContain('dryRun');
    const status = schemas['Status'] as { required: string[]; additionalProperties: boolean };
    expect(status.required).toContain('requests');
    expect(of('blocked').parameters).toMatchObject([
      { name: 'cohort', in: 'query', required: true },
      { name: 'reason', in: 'query', required: false },
      { name: 'cursor', in: 'query', required: false },
      { name: 'limit', in: 'query', required: false },
    ]);
  });

  it('names every code under its status', () => {
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toEqual(['200', ...new Set(Object.values(ERRORS).map(String))]);
      for (const [code, status] of Object.entries(ERRORS))
        expect(responses[String(status)]?.description.split(', ')).toContain(code);
    }
  });

  it('is printed by the command line, which asks nobody for it', async () => {
    const ran = await desk.run('openapi', {
      connect: { url: 'http://127.0.0.1:9', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, region: 'x' },
    });
    expect(ran.exit).toBe(EXIT.done);
    expect(JSON.parse(ran.out)).toEqual(JSON.parse(JSON.stringify(document)));
    const named = await desk.run('openapi --url https://example.com/');
    expect(JSON.parse(named.out)).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://example.com' }] });
  });
});
