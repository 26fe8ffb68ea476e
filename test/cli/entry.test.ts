/** `node bin/sunset.ts`: a process of its own, as an operator starts it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { EXIT, EXIT_CODES } from '../../bin/commands/exit.ts';
import { operatorsDesk } from './desk.ts';
import { aStatus } from './fixtures.ts';

const ENTRY = fileURLToPath(new URL('../../bin/sunset.ts', import.meta.url));
const PATIENCE = 60_000;
const desk = operatorsDesk();

function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return new Promise<{ exit: number; out: string; err: string }>((resolve) => {
    const child = execFile(process.execPath, [ENTRY, ...words], { env: environment }, (_, out, err) =>
      resolve({ exit: child.exitCode ?? -1, out, err }),
    );
  });
}

describe('the process', () => {
  it(
    'tells its exit codes, and keeps to them',
    async () => {
      const help = await start(['--help']);
      expect(help).toMatchObject({ exit: EXIT.done, err: '' });
      expect(help.out).toContain(EXIT_CODES);
      expect(await start(['statu'])).toMatchObject({ exit: EXIT.wrongUse, out: '' });
    },
    PATIENCE,
  );

  it(
    'asks the local system that its environment names',
    async () => {
      desk.answers({ status: () => aStatus() });
      const ran = await start(['--local', '--as', 'second-operator', 'status', '--json'], {
        SUNSET_LOCAL: desk.api().url,
      });
      expect(ran).toMatchObject({ exit: EXIT.done, err: '' });
      expect(JSON.parse(ran.out)).toEqual(aStatus());
      expect(desk.api().seen).toMatchObject([{ who: 'second-operator' }]);
    },
    PATIENCE,
  );
});
