/** One letter of the plan to an address that the operator names, with made-up values; it counts for nobody. */
import type { AnswerOf, BodyOf } from '../../contracts/operator-api.ts';
import type { Language } from '../../domain/language.ts';
import { nearest } from '../../domain/nearest.ts';
import { DONE, noticeId } from '../../domain/notice-id.ts';
import { localDateAt } from '../../domain/time.ts';
import { sharedValues, valuesOf } from '../../mail/values.ts';
import type { Office, SendAnswer } from '../../ports.ts';
import { recorded } from './record.ts';
import { refuse } from './refusal.ts';
import type { Asker } from './situation.ts';

type Needs = Pick<Office, 'plan' | 'mailer' | 'ledger'>;

/** No id of a page or person looks so: what SES tells of it is about nobody. */
const NOBODY = { page: 'test', userId: 'test-send' };
/** Leads nowhere: a link that works belongs to one person. */
const SAMPLE_LINK = 'https://www.example.com/';

export async function testSend(
  { plan: store, mailer, ledger }: Needs,
  asker: Pick<Asker, 'now' | 'who'>,
  { to, stage, language }: BodyOf<'testSend'>,
): Promise<AnswerOf<'testSend'>> {
  const sunset = await store.sunset();
  if (sunset === undefined)
    return refuse('no-plan', 'There is no plan yet, and no letter.', 'Apply one: sunset plan apply FILE');
  const { plan, templates } = sunset;
  const template = templates[`${stage}/${language}`];
  if (template === undefined) return refuseLetter(Object.keys(templates), stage, language);
  const endDate = plan.cohorts[0]?.endDate ?? localDateAt(asker.now, plan.timeZone);
  // Only names of templates that the plan has come here: their language is one of ours.
  const written = language as Language;
  const letter = {
    template,
    page: NOBODY.page,
    notice: noticeId(stage, endDate),
    sender: plan.sender,
    shared: sharedValues(written, endDate),
    letters: [
      {
        address: to,
        userId: NOBODY.userId,
        values: valuesOf(written, {
          endDate,
          locale: language,
          zone: plan.timeZone,
          link: SAMPLE_LINK,
          counts: stage === DONE ? { disabled: 3, kept: 1 } : { chats: 3 },
        }),
      },
    ],
  };
  // Without the address, which is somebody's.
  const fact = { what: 'test-sent', why: 'to see the letter', subject: `${stage}/${language}` } as const;
  await recorded({ ledger }, asker, fact, async () => {
    const refused = refusedBy(await mailer.send(letter));
    if (refused !== null)
      refuse('letter-refused', `SES did not take letter ${stage} in ${language}: ${refused.why}.`, refused.todo);
  });
  return {
    sentence: `SES has taken letter ${stage} in ${language}. If it does not arrive within minutes, look at the address.`,
  };
}

function refuseLetter(names: readonly string[], stage: string, language: string): never {
  const parts = names.map((name) => name.split('/'));
  const stages = [...new Set(parts.map(([each = '']) => each))];
  const languages = [...new Set(parts.map(([, each = '']) => each))].sort();
  const [kind, given, known] = stages.includes(stage)
    ? (['language', language, languages] as const)
    : (['stage', stage, stages] as const);
  const close = nearest(given, known);
  return refuse(
    'bad-request',
    `The plan has no letter for ${kind} "${given}"; allowed: ${known.join(', ')}.`,
    close === undefined ? 'Choose one of these.' : `Did you mean ${close}?`,
    close === undefined ? {} : { nearest: close },
  );
}

/** SES's own word, never the address. */
function refusedBy(answer: SendAnswer): { why: string; todo: string } | null {
  const account = (why: string) => ({ why, todo: 'Ask sunset doctor what is wrong with the account or the sender.' });
  switch (answer.kind) {
    case 'throttled':
      return { why: 'Throttling', todo: 'The rate or the quota of the day is used up: try again later.' };
    case 'malformed':
      return { why: 'MessageRejected', todo: 'Look at the address: SES takes only what it can deliver to.' };
    case 'account':
      return account(answer.why);
    case 'answered': {
      if (answer.account !== undefined) return account(answer.account);
      const [outcome] = answer.outcomes;
      if (outcome === 'accepted') return null;
      return outcome === 'throttled'
        ? { why: 'Throttling', todo: 'The rate or the quota of the day is used up: try again later.' }
        : { why: outcome ?? 'no answer', todo: 'Look at the address: SES takes only what it can deliver to.' };
    }
  }
}
