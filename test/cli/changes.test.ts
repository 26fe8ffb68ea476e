/** Two people, on the same content: what an approval shows, asks and sends. */
import { describe, expect, it } from 'vitest';

import { EXIT } from '../../bin/commands/exit.ts';
import { Refused } from './api.ts';
import { operatorsDesk, terminal } from './desk.ts';
import { aChange, ALONE, HASH } from './fixtures.ts';

const desk = operatorsDesk();
const applied = () => aChange({ state: 'applied', result: 'eu-1 is armed' });

describe('an approval', () => {
  it('on a terminal shows the content, asks, and names the hash of what it showed', async () => {
    desk.answers({ change: () => aChange({ warning: ALONE }), approve: applied });
    const io = terminal(true);
    const { out, exit } = await desk.run('approve 12', io);
    expect(exit).toBe(EXIT.done);
    expect(io.questions).toEqual(['Approve change 12, with exactly this content?']);
    expect(out).toContain('arm eu-1 for 34,212 chats (version 7)\n');
    expect(out).toContain('Why: all notices delivered\n');
    expect(out).toContain(`Warning: ${ALONE}\n`);
    expect(out.endsWith('Approved. eu-1 is armed\n')).toBe(true);
    expect(desk.bodies('approve')).toEqual([{ hash: HASH }]);
  });

  it('is not given by somebody who says no', async () => {
    desk.answers({ change: () => aChange(), approve: applied });
    expect(await desk.run('approve 12', terminal(false))).toMatchObject({ exit: EXIT.refused });
    expect(desk.bodies('approve')).toEqual([]);
  });

  it('without a terminal needs a hash or --yes', async () => {
    desk.answers({ change: () => aChange(), approve: applied });
    expect(await desk.run('approve 12')).toMatchObject({ exit: EXIT.wrongUse });
    expect(await desk.run('approve 12 --json', terminal(true))).toMatchObject({ exit: EXIT.wrongUse });
    expect(desk.bodies('approve')).toEqual([]);
    expect(await desk.run('approve 12 --yes')).toMatchObject({ exit: EXIT.done });
    expect(await desk.run('approve 12 --hash 3F2A91BC')).toMatchObject({ exit: EXIT.done });
    expect(desk.bodies('approve')).toEqual([{ hash: HASH }, { hash: HASH }]);
  });

  it('by a hash that is not that of the content any more is stale, also with --yes', async () => {
    desk.answers({ change: () => aChange({ version: 2 }), approve: applied });
    const ran = await desk.run('approve 12 --hash 3f2a91bd --yes');
    expect(ran.exit).toBe(EXIT.stale);
    expect(ran.err).toContain('has the hash 3f2a91bc04de…, which does not begin with 3f2a91bd');
    const machine = await desk.run('approve 12 --hash 3f2a91bd --json');
    expect(JSON.parse(machine.out)).toMatchObject({ error: { code: 'content-changed', version: 2 } });
    expect(desk.bodies('approve')).toEqual([]);
  });

  it.each(['3f2a91b', 'not a hash', HASH + '0'])('by %s is wrong use', async (hash) => {
    expect(await desk.run(`approve 12 --hash '${hash}'`)).toMatchObject({ exit: EXIT.wrongUse });
    expect(desk.api().seen).toEqual([]);
  });

  it('of their own is refused by the API', async () => {
    desk.answers({ change: () => aChange(), approve: () => new Refused('own-approval') });
    expect(await desk.run('approve 12 --yes')).toMatchObject({ exit: EXIT.notAllowed });
  });

  it('that is not the last says so', async () => {
    desk.answers({ change: () => aChange(), approve: () => aChange() });
    expect((await desk.run('approve 12 --yes')).out).toContain('Approved; it waits for another person.');
  });
});

describe('changes', () => {
  it('are listed with their state, and say where there are more', async () => {
    desk.answers({ changes: () => ({ changes: [aChange(), applied()], cursor: 'next' }) });
    const { out } = await desk.run('changes --state open --limit 2');
    expect(out).toContain('Change 12: open, version 1');
    expect(out).toContain('Result: eu-1 is armed');
    expect(out).toContain('There are more: add --cursor next');
    expect(desk.api().seen).toMatchObject([{ query: { state: 'open', limit: '2' } }]);
  });

  it('can be looked at one by one, and rejected', async () => {
    desk.answers({ change: () => aChange(), reject: () => aChange({ state: 'rejected' }) });
    expect((await desk.run('changes 12')).out).toContain(`Hash ${HASH}`);
    expect((await desk.run("reject 12 --reason 'too early'")).out).toContain('Change 12: rejected');
    expect(desk.bodies('reject')).toEqual([{ reason: 'too early' }]);
  });

  it('are in no other state than those of the contract', async () => {
    expect(await desk.run('changes --state lost')).toMatchObject({ exit: EXIT.wrongUse });
  });
});
