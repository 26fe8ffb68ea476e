/** An audience of 500 people that has a bit of everything: the local system's own, where it is given no files. */
import { DAY, type Instant, isoInstant } from '../../../functions/domain/time.ts';
import { type Oddities, profileOf } from './profiles.ts';
import type { Habit } from '../outside/people.ts';
import { numberOf, pick } from './random.ts';
import type { Audience, Chat } from './read.ts';

const PEOPLE = 500;
const CHATS = 700;
const ODD: Oddities = {
  bouncing: 0.012,
  complaining: 0.004,
  suppressed: 0.006,
  outOfOffice: 0.01,
  fullMailbox: 0.02,
  withoutAddress: 0.01,
  unknownZone: 0.03,
};
/** Share of the people who are in no chat at all. */
const ALONE = 0.04;

/** @param from where the clock starts: late joiners come five to forty days after it */
export function generateAudience(from: Instant, people: number = PEOPLE): Audience {
  const ids = Array.from({ length: people }, (_, at) => `u${String(at + 1).padStart(3, '0')}`);
  const users = ids.map((userId) => profileOf(userId, ODD));
  const social = ids.filter((userId) => numberOf(`${userId} alone`) >= ALONE);
  const chats = Array.from({ length: Math.round((people * CHATS) / PEOPLE) }, (_, at): Chat => {
    const chatId = `c${String(at + 1).padStart(4, '0')}`;
    const size = pick<number>(`${chatId} size`, [
      [88, 2],
      [6, 3],
      [4, 5],
      [2, 8],
    ]);
    const participants = new Set<string>();
    // Everybody who is social is in the first chats; after that some are in many, as people are.
    if (at * 2 < social.length)
      participants.add(social[at * 2] as string).add(social[at * 2 + 1] ?? (social[0] as string));
    for (let draw = 0; participants.size < Math.min(size, social.length); draw++)
      participants.add(social[Math.floor(numberOf(`${chatId} ${draw}`) ** 2 * social.length)] as string);
    const late = numberOf(`${chatId} late`) < 0.03;
    const off = !late && numberOf(`${chatId} off`) < 0.04;
    const days = late ? 5 + numberOf(`${chatId} days`) * 35 : -10 - numberOf(`${chatId} days`) * 300;
    return {
      chatId,
      participants: [...participants],
      encryption: off ? 'off' : 'e2ee',
      ...(off ? {} : { encryptedSince: isoInstant(from + Math.round(days * DAY)) }),
    };
  });
  return { users, chats, habits };
}

/** Most people only read. Some press a button; half can be shown a notice by the app. */
function habits(userId: string): Habit {
  const presses = pick<Habit['presses']>(`${userId} presses`, [
    [0.86, undefined],
    [0.07, { choice: 'saved', stage: 'd35' }],
    [0.04, { choice: 'stopped', stage: 'd35' }],
    [0.03, { choice: 'more-time', stage: 'd14' }],
  ]);
  return { usesApp: numberOf(`${userId} app`) < 0.5, ...(presses === undefined ? {} : { presses }) };
}
