/** What a person, or the platform for them, has told us: judged by the rules, and written once. */
import type { SignalMessage } from '../contracts/messages.ts';
import { LEAVING } from '../domain/member.ts';
import { judgeSignal } from '../domain/signal.ts';
import { parseInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';
import { standingOf } from './standing.ts';

export async function takeSignal(
  world: Pick<World, 'clock' | 'log' | 'plan' | 'ledger' | 'platform'>,
  { userId, signal, notice, at: said }: SignalMessage,
): Promise<void> {
  const { clock, log, plan, ledger } = world;
  const sunset = await plan.sunset();
  if (sunset?.active !== true) return;
  const now = clock.now();
  const saidAt = parseInstant(said);
  const at = Math.min(saidAt, now);
  const standing = await standingOf(world, sunset, userId);
  const answer = judgeSignal({ plan: sunset.plan, signal, notice, ...standing, at: saidAt, now });
  if (answer.kind === 'refuse') log.warn('a signal was refused', { signal, reason: answer.reason });
  if (answer.kind !== 'take') return;
  let taken: boolean;
  if (answer.notBefore === undefined) {
    taken =
      (await ledger.addFacts(userId, [
        { kind: signal, at, ...(signal === 'seen' ? { notice: notice as string } : {}) },
      ])) !== undefined;
  } else {
    // The move first: a date that nobody is brought to would be a promise that nobody keeps.
    await plan.schedule({ at: now + LEAVING, kind: 'move', id: userId });
    const leaving = { notBefore: answer.notBefore, since: now, asked: true } as const;
    taken = await ledger.setLeaving(userId, leaving, { kind: 'more-time', at });
  }
  // Not where another message has said it at the same time.
  if (taken) log.info('a signal was taken', { signal });
}
