/** An audience from a log of messages: `src dst time` a line. Whoever writes is a person, a pair is a chat. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { type Oddities, profileOf } from './profiles.ts';
import type { Audience } from './read.ts';

const ODD: Oddities = {
  bouncing: 0.01,
  complaining: 0,
  suppressed: 0.003,
  outOfOffice: 0.01,
  fullMailbox: 0,
  withoutAddress: 0.01,
  unknownZone: 0.01,
};

/** A first line of names (`src dst time`) is passed over. Throws for a line that is none, with file and number. */
export async function audienceOfMessages(file: string): Promise<Audience> {
  const people = new Set<string>();
  const pairs = new Set<string>();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '' || (number === 1 && /^src\s+dst\s+time$/.test(line.trim()))) continue;
    const [from, to, time, ...rest] = line.trim().split(/\s+/);
    if (from === undefined || to === undefined || !/^\d+(\.\d+)?$/.test(time ?? '') || rest.length > 0)
      throw new Error(`${file}, line ${number}: not a message; allowed is "src dst time", the time in seconds`);
    people.add(from).add(to);
    if (from !== to) pairs.add([from, to].sort().join(' '));
  }
  if (pairs.size === 0) throw new Error(`${file}: no message between two people; allowed is "src dst time" a line`);
  const idOf = (person: string) => `p${person.padStart(4, '0')}`;
  return {
    users: [...people].map((person) => profileOf(idOf(person), ODD)),
    chats: [...pairs].map((pair) => {
      const participants = pair.split(' ').map(idOf);
      return { chatId: participants.join('-'), participants, encryption: 'e2ee' };
    }),
  };
}
