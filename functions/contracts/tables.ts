/** The tables: who owns them, their keys, and how the platform's attributes are called in an imported table. */
import * as v from 'valibot';

/** Our own two tables have the same key. */
export const SUNSET_TABLE_KEY = { partition: 'pk', sort: 'sk' } as const;

/** The sparse index over encrypted chats: a chat is in it while it carries `encryptedSince`. */
export const ENCRYPTED_INDEX = 'encrypted';

/** The sparse index of the Ledger over what is listed by cohort: `listed` and `listedAt` are its keys. */
export const LISTED_INDEX = 'listed';

/** Attribute names of the platform's tables; the defaults are those of tables that we create. */
export const PlatformMapping = v.strictObject({
  users: v.optional(
    v.strictObject({
      userId: v.optional(v.string(), 'userId'),
      email: v.optional(v.string(), 'email'),
      locale: v.optional(v.string(), 'locale'),
      timeZone: v.optional(v.string(), 'timeZone'),
      country: v.optional(v.string(), 'country'),
    }),
    {},
  ),
  chats: v.optional(
    v.strictObject({
      chatId: v.optional(v.string(), 'chatId'),
      participants: v.optional(v.string(), 'participants'),
      encryption: v.optional(v.string(), 'encryption'),
      /** Values of `encryption`. */
      encrypted: v.optional(v.string(), 'e2ee'),
      off: v.optional(v.string(), 'off'),
      /** Absent where the platform keeps no version: then participants and encryption alone are the condition. */
      version: v.optional(v.nullable(v.string()), 'version'),
      /** Sort key of the sparse index, there only while the chat is encrypted. */
      encryptedSince: v.optional(v.string(), 'encryptedSince'),
      /** Our mark. */
      mark: v.optional(v.string(), 'sunset'),
      index: v.optional(v.string(), ENCRYPTED_INDEX),
    }),
    {},
  ),
});
export type PlatformMapping = v.InferOutput<typeof PlatformMapping>;
export type PlatformMappingInput = v.InferInput<typeof PlatformMapping>;
