/** `npm run audience`: makes the two files of an audience from a log of messages. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { audienceOfMessages } from './local/audience/message-log.ts';

const USAGE = 'npm run audience -- --messages FILE --out DIR';

try {
  const { values } = parseArgs({
    options: { messages: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) console.log(USAGE);
  else {
    const { messages, out } = values;
    if (messages === undefined || out === undefined)
      throw new Error(`--messages FILE and --out DIR are both needed: ${USAGE}`);
    const { users, chats } = await audienceOfMessages(messages);
    mkdirSync(out, { recursive: true });
    const write = (name: string, lines: readonly unknown[]) =>
      writeFileSync(join(out, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    write('users.jsonl', users);
    write('chats.jsonl', chats);
    console.log(`${users.length} people and ${chats.length} chats in ${join(out, 'users.jsonl')} and chats.jsonl`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
