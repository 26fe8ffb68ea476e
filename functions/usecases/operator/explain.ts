/** Why a chat is not disabled: the gate's answer for it and for each participant, and what keeps it back besides. */
import type { AnswerOf } from '../../contracts/operator-api.ts';
import { earliestOpen, explainAuthority, explainParticipants } from '../../domain/explain.ts';
import { ownerOf } from '../../domain/wave.ts';
import { askGate } from '../../domain/gate.ts';
import { type Instant, isoInstant } from '../../domain/time.ts';
import type { Office } from '../../ports.ts';
import { participantsOf } from '../participants.ts';
import { refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'ledger' | 'platform'>;

export async function explain(
  { plan, ledger, platform }: Needs,
  { now }: Pick<Asker, 'now'>,
  { chat: chatId }: { readonly chat: string },
): Promise<AnswerOf<'explain'>> {
  const [{ sunset, cohorts }, chats] = await Promise.all([plan.situation(), platform.chats([chatId])]);
  if (sunset === undefined)
    return refuse('no-plan', 'There is no plan yet: nothing is disabled.', 'Apply one: sunset plan apply FILE');
  const chat = chats.get(chatId);
  if (chat === undefined)
    return refuse('unknown-chat', 'The platform has no chat with this id.', 'Use the id that the platform has for it.');
  const [members, profiles] = await Promise.all([ledger.members(chat.participants), platform.users(chat.participants)]);
  const rules = sunset.plan;
  const participants = participantsOf(chat, { plan: rules, members, profiles, cohorts });
  const owner = cohorts.find(({ id }) => id === ownerOf(participants));
  const question = {
    rails: rules.guardRails,
    chat,
    participants,
    arming: owner?.arming?.id ?? null,
    armedAt: owner?.arming?.at ?? null,
    now,
  };
  const answer = askGate(question);
  const theirs = new Set(participants.map(({ member }) => member?.cohort));
  const orNull = (at: Instant | null) => (at === null ? null : isoInstant(at));
  return {
    at: isoInstant(now),
    chatId,
    encrypted: chat.encrypted,
    cohort: owner?.id ?? null,
    open: answer.open,
    reason: answer.open ? null : answer.reason,
    earliest: orNull(earliestOpen(question)),
    participants: explainParticipants(question).map(
      ({ userId, cohort, endInstant, answer: own, earliest, sentence }) => ({
        person: userId,
        cohort,
        endInstant: orNull(endInstant),
        open: own.open,
        reason: own.open ? null : own.reason,
        earliest: orNull(earliest),
        sentence,
      }),
    ),
    authority: explainAuthority({
      plan: rules,
      active: sunset.active,
      chatId,
      owner,
      cohorts: cohorts.filter(({ id }) => theirs.has(id)),
      now,
    }),
  };
}
