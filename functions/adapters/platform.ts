/**
 * The platform's tables, by the names that its mapping gives them. To retire another feature, write another one of
 * these: nothing else knows what "encrypted" means.
 */
import type { PlatformMapping } from '../contracts/tables.ts';
import type { Chat, Mark } from '../domain/gate.ts';
import type { Profile } from '../domain/member.ts';
import type { Platform } from '../ports.ts';
import type { Item, Table } from '../runtime/table.ts';

export function createPlatform({
  users,
  chats,
  mapping,
}: {
  users: Table;
  chats: Table;
  mapping: PlatformMapping;
}): Platform {
  const { users: u, chats: c } = mapping;
  /** Rows as read, for conditions: participants may be a list or a set. */
  const rows = new WeakMap<Chat, Item>();
  const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

  function chatOf(row: Item): Chat {
    const version: unknown = c.version === null ? undefined : row[c.version];
    const chat: Chat = {
      chatId: row[c.chatId],
      participants: [...((row[c.participants] ?? []) as Iterable<string>)],
      encrypted: row[c.encryption] === c.encrypted,
      version: typeof version === 'number' ? version : null,
      encryptedSince: textOrNull(row[c.encryptedSince]),
      mark: (row[c.mark] as Mark | undefined) ?? null,
    };
    rows.set(chat, row);
    return chat;
  }

  return {
    async encryptedChats({ segment, segments, cursor, limit }) {
      const answer = await chats.scanIndex({
        index: c.index,
        segment,
        segments,
        cursor: cursor === null ? undefined : (JSON.parse(cursor) as Item),
        limit,
      });
      return {
        chats: answer.items.map(chatOf),
        cursor: answer.cursor === undefined ? null : JSON.stringify(answer.cursor),
      };
    },
    async chats(ids) {
      const items = await chats.batchGet([...new Set(ids)].map((id) => ({ [c.chatId]: id })));
      return new Map(items.map((row) => [row[c.chatId] as string, chatOf(row)]));
    },
    async users(ids) {
      const items = await users.batchGet([...new Set(ids)].map((id) => ({ [u.userId]: id })));
      const profileOf = (row: Item): Profile => ({
        userId: row[u.userId],
        email: textOrNull(row[u.email]),
        locale: textOrNull(row[u.locale]),
        timeZone: textOrNull(row[u.timeZone]),
        country: textOrNull(row[u.country]),
      });
      return new Map(items.map((row) => [row[u.userId] as string, profileOf(row)]));
    },
    async disable(chat, mark) {
      const row = rows.get(chat);
      if (row === undefined) throw new Error('a chat is disabled as this adapter has read it, or not at all');
      const hasVersion = c.version !== null && chat.version !== null;
      return (
        (await chats.update(
          { [c.chatId]: chat.chatId },
          {
            update: 'SET #encryption = :off, #mark = :mark REMOVE #since',
            condition: [
              '#encryption = :encrypted',
              '#participants = :participants',
              ...(hasVersion ? ['#version = :version'] : []),
            ].join(' AND '),
            names: {
              '#encryption': c.encryption,
              '#mark': c.mark,
              '#since': c.encryptedSince,
              '#participants': c.participants,
              ...(hasVersion ? { '#version': c.version as string } : {}),
            },
            values: {
              ':off': c.off,
              ':mark': mark,
              ':encrypted': c.encrypted,
              ':participants': row[c.participants],
              ...(hasVersion ? { ':version': chat.version } : {}),
            },
          },
        )) !== undefined
      );
    },
    async restore(chat, at) {
      const mark = chat.mark;
      if (mark === null) throw new Error('a chat that carries no mark of ours is not restored');
      const { encryptedSince } = mark.prior;
      return (
        (await chats.update(
          { [c.chatId]: chat.chatId },
          {
            update: `SET #encryption = :encrypted, #mark.#restoredAt = :at${encryptedSince === null ? '' : ', #since = :since'}`,
            condition:
              '#encryption = :off AND #mark.#intent = :intent AND #mark.#arming = :arming AND attribute_not_exists(#mark.#restoredAt)',
            names: {
              '#encryption': c.encryption,
              '#mark': c.mark,
              '#restoredAt': 'restoredAt',
              '#intent': 'intent',
              '#arming': 'arming',
              ...(encryptedSince === null ? {} : { '#since': c.encryptedSince }),
            },
            values: {
              ':encrypted': c.encrypted,
              ':off': c.off,
              ':at': at,
              ':intent': mark.intent,
              ':arming': mark.arming,
              ...(encryptedSince === null ? {} : { ':since': encryptedSince }),
            },
          },
        )) !== undefined
      );
    },
  };
}
