/** `sunset changes`, `approve` and `reject`: two people, on the same content. */
import { type Command, Option } from 'commander';

import { CHANGE_STATES, type Change } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import { Refusal, wrongUse } from './exit.ts';
import { type Reasoned, reasonOption, wholeNumber, withExamples, yesOption } from './options.ts';
import { changeLines } from './said.ts';
import { shortHash } from './screen.ts';

export function addChanges(program: Command, desk: Desk): void {
  const { screen } = desk;
  const changes = program
    .command('changes [change]')
    .description('What waits for a second person and what has ended, newest first; or one change')
    .addOption(new Option('--state <state>', 'only these').choices(CHANGE_STATES))
    .option('--limit <changes>', 'at most so many, up to 100', wholeNumber(1, 100))
    .option('--cursor <cursor>', 'go on where the last answer ended')
    .action(
      async (
        id: string | undefined,
        { state, limit, cursor }: { state?: Change['state']; limit?: number; cursor?: string },
      ) => {
        if (id !== undefined)
          return desk.show(await desk.ask('change', { path: { change: id } }), (each) => changeLines(each, screen));
        const answer = await desk.ask('changes', { query: { state, cursor, limit: limit?.toString() } });
        return desk.show(answer, (page) => [
          ...(page.changes.length === 0 ? ['There are none.'] : []),
          ...page.changes.flatMap((each) => changeLines(each, screen)),
          ...(page.cursor === null ? [] : [`There are more: add --cursor ${page.cursor}`]),
        ]);
      },
    );
  withExamples(changes, 'changes --state open', 'changes c12');

  const approve = program
    .command('approve <change>')
    .description('Approves exactly the content that it shows; nobody approves their own')
    .option('--hash <beginning>', 'only the content whose hash begins so: 8 hexadecimal digits at least', beginning)
    .addOption(yesOption())
    .action(async (id: string, { hash, yes }: { hash?: string; yes?: boolean }) => {
      const seen = await desk.ask('change', { path: { change: id } });
      desk.tell(seen, (each) => changeLines(each, screen));
      if (hash === undefined) await desk.agree(`Approve change ${id}, with exactly this content?`, yes);
      else if (!seen.hash.startsWith(hash))
        throw new Refusal({
          code: 'content-changed',
          sentence: `Change ${id} has the hash ${shortHash(seen.hash)}…, which does not begin with ${hash}.`,
          todo: `Read it anew: sunset changes ${id}.`,
          version: seen.version,
        });
      const answer = await desk.ask('approve', { path: { change: id }, body: { hash: seen.hash } });
      desk.show(answer, ({ state, result }) => [
        state === 'open' ? 'Approved; it waits for another person.' : `Approved. ${result ?? `It is ${state}.`}`,
      ]);
    });
  withExamples(approve, 'approve 12', 'approve 12 --hash 3f2a91bc04de');

  const reject = program
    .command('reject <change>')
    .description('Ends a change without doing it; also your own')
    .addOption(reasonOption())
    .action(async (id: string, { reason }: Reasoned) => {
      const answer = await desk.ask('reject', { path: { change: id }, body: { reason } });
      desk.show(answer, (each) => changeLines(each, screen));
    });
  withExamples(reject, "reject 12 --reason 'head-count was counted before the import'");
}

function beginning(given: string): string {
  const hash = given.toLowerCase();
  if (/^[0-9a-f]{8,64}$/.test(hash)) return hash;
  return wrongUse(`--hash is "${given}".`, 'Give 8 to 64 hexadecimal digits, as sunset changes shows them.');
}
