/** When a process dies at a request: what the service has seen of it, and what the process has heard. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { applicationId, closeServer, createWire, type Death, type Sought } from '../../bin/local/cloud/wire.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A service that repeats what it is told, and a caller who dies as `fate` says. */
async function service(fate: (request: Sought) => Death | undefined) {
  const served: string[] = [];
  const killed: string[] = [];
  const doomed = new Set<string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      served.push(body);
      response.end(`you said ${body}`);
    });
  });
  const wire = createWire({
    changed: () => undefined,
    fate,
    kill: (caller) => void killed.push(caller),
    doomed,
    allows: () => true,
  });
  const url = await wire.listen(server);
  closers.push(() => closeServer(server));
  const call = async (body: string, caller = 'somebody'): Promise<string> => {
    try {
      const headers = { 'user-agent': `aws-sdk app/${applicationId(caller)}` };
      return await (await fetch(`${url}/path`, { method: 'POST', headers, body })).text();
    } catch {
      return 'no answer';
    }
  };
  return { served, killed, doomed, call };
}

describe('a process that dies at a request', () => {
  it('before it: the service has seen nothing, and nobody is answered', async () => {
    const { served, killed, call } = await service(() => 'before');
    expect(await call('hello')).toBe('no answer');
    expect(served).toEqual([]);
    expect(killed).toEqual(['somebody']);
  });

  it('accepted: the service has done it, and nobody is answered', async () => {
    const { served, killed, call } = await service(() => 'accepted');
    expect(await call('hello')).toBe('no answer');
    expect(served).toEqual(['hello']);
    expect(killed).toEqual(['somebody']);
  });

  it('replied: the answer has come whole, and nothing that is asked after it is served', async () => {
    let asked = 0;
    const { served, killed, doomed, call } = await service(() => (++asked === 1 ? 'replied' : undefined));
    expect(await call('hello')).toBe('you said hello');
    expect([...doomed]).toEqual(['somebody']);
    // It is the next thing that it does of which it dies.
    expect(killed).toEqual([]);
    expect(await call('and then')).toBe('no answer');
    expect(await call('hello', 'somebody-else')).toBe('you said hello');
    expect(served).toEqual(['hello', 'hello']);
  });

  it('is chosen by the whole request, however large it is', async () => {
    const large = 'x'.repeat(300_000);
    const seen: Sought[] = [];
    const { call } = await service((request) => {
      seen.push(request);
      return undefined;
    });
    expect(await call(large)).toBe(`you said ${large}`);
    expect(seen).toMatchObject([{ caller: 'somebody', method: 'POST', path: '/path', body: large }]);
  });
});
