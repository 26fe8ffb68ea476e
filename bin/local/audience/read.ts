/**
 * The audience's two files. A line that is not what it must be is refused with file, line and reason before anything
 * starts; what people really have wrong (no address, an unknown zone, a language nobody has) is not refused but kept.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import * as v from 'valibot';

import type { Habit } from '../outside/people.ts';
import { isInstant } from './instant.ts';

const id = v.pipe(
  v.string('a text'),
  v.nonEmpty('a text that is not empty'),
  v.maxLength(512, 'at most 512 characters'),
);
const maybe = v.optional(v.nullable(v.string('a text or null')), null);

const User = v.strictObject({
  userId: id,
  email: maybe,
  locale: maybe,
  timeZone: maybe,
  country: maybe,
});
const Chat = v.strictObject({
  chatId: id,
  participants: v.pipe(
    v.array(id, 'a list of user ids'),
    v.minLength(1, 'a list of one user id or more'),
    v.check((ids) => new Set(ids).size === ids.length, 'a list in which nobody is named twice'),
  ),
  encryption: v.picklist(['e2ee', 'off'], '"e2ee" or "off"'),
  encryptedSince: v.optional(
    v.pipe(v.string('an instant'), v.check(isInstant, 'an instant such as 2026-04-10T00:00:00Z')),
  ),
});

export type User = v.InferOutput<typeof User>;
export type Chat = v.InferOutput<typeof Chat>;

export interface Audience {
  readonly users: readonly User[];
  readonly chats: readonly Chat[];
  /** What its people do with their letters; nothing, unless it says so. */
  readonly habits?: (userId: string) => Habit;
}

/** Throws for the first broken line of either file. */
export async function readAudience(files: { users: string; chats: string }): Promise<Audience> {
  const users = await readLines(files.users, User, 'userId');
  const ids = new Set(users.map(({ userId }) => userId));
  const chats = await readLines(files.chats, Chat, 'chatId', ({ participants }) => {
    const stranger = participants.findIndex((participant) => !ids.has(participant));
    return stranger < 0
      ? null
      : `participants.${stranger} names somebody who is not in ${files.users}: add the line, or correct the id`;
  });
  return { users, chats };
}

async function readLines<T, K extends keyof T>(
  file: string,
  schema: v.GenericSchema<unknown, T>,
  key: K,
  refuse: (line: T) => string | null = () => null,
): Promise<T[]> {
  const lines: T[] = [];
  const seen = new Map<unknown, number>();
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    const no = (reason: string) => new Error(`${file}, line ${number}: ${reason}`);
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      throw no('not JSON; allowed is one object a line, in double quotes');
    }
    const result = v.safeParse(schema, given);
    if (!result.success) throw no(sentence(result.issues[0]));
    const earlier = seen.get(result.output[key]);
    if (earlier !== undefined)
      throw no(`the ${String(key)} of line ${earlier} comes again: remove one of the two, or give it another id`);
    seen.set(result.output[key], number);
    const reason = refuse(result.output);
    if (reason !== null) throw no(reason);
    lines.push(result.output);
  }
  if (lines.length === 0) throw new Error(`${file}: no line in it; allowed is one JSON object a line`);
  return lines;
}

/** Names the field and what it may be; never its value, which may be an address. */
function sentence(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (issue.type === 'strict_object' && issue.expected === 'never') return `the key ${path} is not known: remove it`;
  if (path === null) return 'not an object; allowed is one object a line';
  if (issue.received === 'undefined') return `${path} is missing: add it`;
  return `${path} is not what it must be; allowed is ${issue.message}`;
}
