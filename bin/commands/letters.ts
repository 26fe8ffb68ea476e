/** `sunset preview` and `sunset test-send`: look at letters before anybody is sent one. */
import { once } from 'node:events';

import type { Command } from 'commander';
import * as v from 'valibot';

import type { Desk } from './desk.ts';
import { Refusal, wrongUse } from './exit.ts';
import { wholeNumber, withExamples } from './options.ts';
import { sentenceOf } from './people.ts';

const EXAMPLE = 'examples/instagram-e2ee.yaml';
const MOST_PORT = 65_535;

export function addLetters(program: Command, desk: Desk): void {
  const preview = program
    .command('preview [plan]')
    .description(`Shows the letters and pages of a plan file in a browser, on this machine (${EXAMPLE})`)
    .option('--port <port>', 'of the gallery (any that is free)', wholeNumber(0, MOST_PORT))
    .action(async (plan: string = EXAMPLE, { port = 0 }: { port?: number }) => {
      const { readPlan } = await import('../local/plan.ts');
      const { startGallery } = await import('../preview/server.ts');
      const gallery = await startGallery({ plan: () => readPlan(plan), port }).catch((error: Error) =>
        wrongUse(error.message, 'Mend the plan, or choose another port.'),
      );
      desk.show({ url: gallery.url }, ({ url }) => [
        `The letters of ${plan}: ${url}`,
        'The plan is read anew with each page. Ctrl-C ends.',
      ]);
      const { signal } = desk.io;
      if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
      await gallery.close();
    });
  withExamples(preview, 'preview plan.yaml', 'preview plan.yaml --port 8080');

  const testSend = program
    .command('test-send')
    .description('Sends one letter with made-up values to an address')
    .requiredOption('--to <address>', 'where to; a mailbox of yours')
    .option('--stage <stage>', "one of the plan's stages, moved or done (default: the plan's first)")
    .option('--language <tag>', 'BCP 47, one that the plan speaks', 'en')
    .action(async ({ to, stage, language }: { to: string; stage?: string; language: string }) => {
      const body = { to, stage: stage ?? (await firstStage(desk)), language };
      desk.show(await desk.ask('testSend', { body }), sentenceOf);
    });
  withExamples(testSend, 'test-send --to ops@example.com', 'test-send --to ops@example.com --stage d7 --language de');
}

const Staged = v.object({ stages: v.array(v.object({ name: v.string() })) });

async function firstStage(desk: Desk): Promise<string> {
  const { plan } = await desk.ask('plan');
  const first = v.is(Staged, plan) ? plan.stages[0] : undefined;
  if (first !== undefined) return first.name;
  throw new Refusal({
    code: 'no-plan',
    sentence: 'There is no plan that has letters.',
    todo: 'Apply one with sunset plan apply FILE; sunset preview FILE shows the letters of a file.',
  });
}
