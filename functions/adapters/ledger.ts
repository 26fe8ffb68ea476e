/**
 * The Ledger table: rows that are added once or settled once. `PERSON#…` says where a person's notices are and what
 * is known to have reached them, `PAGE#…` which notices SES accepted, `CHAT#…` and `INTENT#…` what was done.
 */
import { LISTED_INDEX } from '../contracts/tables.ts';
import { type AuditEntry, entryAfter } from '../domain/audit.ts';
import { factKey, factsOf, type Member } from '../domain/member.ts';
import type { Attempt, NoticeRecord } from '../domain/page.ts';
import { isoInstant, parseInstant } from '../domain/time.ts';
import type { Blocked, Intent, Ledger, Noted, Page, Restore } from '../ports.ts';
import type { Item, Table } from '../runtime/table.ts';

/** Chats a row: far below DynamoDB's 400 KB, whatever the length of the platform's ids. */
const CHATS_PER_ROW = 200;
/** Chats joined late that a member's own row names; whoever has more is no person who was surprised by the closing. */
const MOST_LATE = 1000;

const memberKey = (userId: string) => ({ pk: `PERSON#${userId}`, sk: 'MEMBER' });
const chatsKey = (userId: string, row: number) => ({ pk: `PERSON#${userId}`, sk: `CHATS#${row}` });
const pageKey = (page: string) => ({ pk: `PAGE#${page}`, sk: 'PAGE' });
const recordKey = (page: string, notice: string) => ({ pk: `PAGE#${page}`, sk: `NOTICE#${notice}` });
const letterKey = (page: string, notice: string, number: number) => ({
  pk: `LETTER#${page}`,
  sk: `${notice}#${number}`,
});
const blockedKey = (chatId: string) => ({ pk: `CHAT#${chatId}`, sk: 'BLOCKED' });
/** All of a cohort's together: a restore walks them. An id ends with its wave and a digest. */
const intentsOf = (cohort: string) => `INTENTS#${cohort}`;
const intentKey = (id: string) => ({ pk: intentsOf(id.split('-').slice(0, -2).join('-')), sk: id });
const restoreKey = (cohort: string) => ({ pk: `RESTORE#${cohort}`, sk: 'RESTORE' });
const AUDIT = 'AUDIT';
const auditKey = (number: number) => ({ pk: AUDIT, sk: String(number).padStart(10, '0') });
const COPIED_KEY = { pk: 'AUDIT-COPIES', sk: 'COPIED' };
const ABSENT = { condition: 'attribute_not_exists(pk)' };

export function createLedger(table: Table): Ledger {
  const chatsOf = async (member: Member): Promise<string[]> => {
    const keys = Array.from({ length: member.chatRows - 1 }, (_, row) => chatsKey(member.userId, row + 1));
    const rows = await table.batchGet(keys);
    return [...member.chats, ...rows.flatMap(({ chats }) => [...(chats as Set<string>)])];
  };
  const addToRow = (userId: string, row: number, chats: readonly string[]) =>
    table.update(chatsKey(userId, row), { update: 'ADD chats :chats', values: { ':chats': new Set(chats) } });

  return {
    async members(userIds) {
      const items = await table.batchGet([...new Set(userIds)].map(memberKey));
      return new Map(items.map((item) => [userIdOf(item), memberOfItem(item)]));
    },
    chatsOf,
    async page(id) {
      const records = new Map<string, NoticeRecord>();
      let members: string[] | undefined;
      for await (const item of table.query(pageKey(id).pk)) {
        if (item['sk'] === 'PAGE') members = item['members'] as string[];
        else records.set((item['sk'] as string).slice('NOTICE#'.length), recordOfItem(item));
      }
      return members && ({ id, members, records } satisfies Page);
    },
    async sizes(pages) {
      const items = await table.batchGet(pages.map(pageKey));
      return new Map(
        items.map(({ pk, members }) => [(pk as string).slice('PAGE#'.length), (members as string[]).length]),
      );
    },
    createPage: (id, members) => table.put({ ...pageKey(id), members }, ABSENT),
    async appendToPage(id, size, members) {
      return (
        (await table.update(pageKey(id), {
          update: 'SET members = list_append(members, :more)',
          condition: 'size(members) = :size',
          values: { ':more': members, ':size': size },
        })) !== undefined
      );
    },
    async enrol({ userId, chats, joinedLate, ...rest }) {
      const rows = Math.max(1, Math.ceil(chats.length / CHATS_PER_ROW));
      // Further rows first: once the member is there, all of their chats are.
      for (let row = 1; row < rows; row++)
        await addToRow(userId, row, chats.slice(row * CHATS_PER_ROW, (row + 1) * CHATS_PER_ROW));
      return table.put(
        {
          ...memberKey(userId),
          ...rest,
          exempt: false,
          leaving: null,
          told: { notices: [], lastDay: null, endDate: null },
          facts: {},
          moves: 0,
          chatRows: rows,
          // A set cannot be empty.
          ...(chats.length === 0 ? {} : { chats: new Set(chats.slice(0, CHATS_PER_ROW)) }),
          ...(joinedLate.length === 0
            ? {}
            : joinedLate.length > MOST_LATE
              ? { lateEverywhere: true }
              : { joinedLate: new Set(joinedLate) }),
        },
        ABSENT,
      );
    },
    async addChats(member, chats, joinedLate) {
      const known = member.chatRows === 1 ? [...member.chats] : await chatsOf(member);
      const missing = chats.filter((chat) => !known.includes(chat));
      const rows = Map.groupBy(missing, (chat) => Math.floor((known.length + missing.indexOf(chat)) / CHATS_PER_ROW));
      for (const [row, more] of rows) if (row > 0) await addToRow(member.userId, row, more);
      const own = rows.get(0) ?? [];
      const everywhere = member.joinedLate.size + joinedLate.length > MOST_LATE;
      const adds = [
        ...(own.length === 0 ? [] : ['chats :chats']),
        ...(joinedLate.length === 0 || everywhere ? [] : ['joinedLate :late']),
      ];
      const update = [
        ...(everywhere ? ['SET lateEverywhere = :true'] : []),
        ...(adds.length === 0 ? [] : [`ADD ${adds.join(', ')}`]),
      ].join(' ');
      if (update !== '')
        await table.update(memberKey(member.userId), {
          update,
          condition: 'attribute_exists(pk)',
          values: {
            ...(everywhere ? { ':true': true } : {}),
            ...(own.length === 0 ? {} : { ':chats': new Set(own) }),
            ...(joinedLate.length === 0 || everywhere ? {} : { ':late': new Set(joinedLate) }),
          },
        });
      // The rows first, then their number, which only grows: a row that is not counted is filled again by the next sweep.
      const count = Math.max(0, ...rows.keys()) + 1;
      if (count > member.chatRows)
        await table.update(memberKey(member.userId), {
          update: 'SET chatRows = :rows',
          condition: 'chatRows < :rows',
          values: { ':rows': count },
        });
    },
    async setLeaving(userId, leaving, fact) {
      return (
        (await table.update(memberKey(userId), {
          update: `SET leaving = :leaving${fact === undefined ? '' : ', facts.#fact = :at'}`,
          condition: `leaving = :none${fact === undefined ? '' : ' AND attribute_not_exists(facts.#fact)'}`,
          ...(fact === undefined ? {} : { names: { '#fact': factKey(fact.kind) } }),
          values: {
            ':leaving': leaving,
            ':none': null,
            ...(fact === undefined ? {} : { ':at': isoInstant(fact.at) }),
          },
        })) !== undefined
      );
    },
    async movePointer(userId, { from, group, page, told }) {
      return (
        (await table.update(memberKey(userId), {
          update:
            'SET #group = :group, page = :page, told = :told, leaving = :none, moves = moves + :one, formerPages = list_append(if_not_exists(formerPages, :no), :former)',
          condition: 'page = :from AND leaving <> :none',
          names: { '#group': 'group' },
          values: {
            ':group': group,
            ':page': page,
            ':told': told,
            ':from': from,
            ':none': null,
            ':one': 1,
            ':no': [],
            ':former': [from],
          },
        })) !== undefined
      );
    },

    async records(pages, notice) {
      const items = await table.batchGet(pages.map((page) => recordKey(page, notice)));
      return new Map(items.map((item) => [(item['pk'] as string).slice('PAGE#'.length), recordOfItem(item)]));
    },
    async claim(page, notice, { number, at, language, slots, letter }) {
      const attempt = { at, language, slots, settledAt: null, outcomes: {} };
      const first = number === 1;
      const claimed =
        (await table.update(recordKey(page, notice), {
          update: 'SET #attempt = :attempt',
          condition: `attribute_not_exists(#attempt)${first ? '' : ' AND #before.settledAt > :zero'}`,
          names: { '#attempt': `a${number}`, ...(first ? {} : { '#before': `a${number - 1}` }) },
          values: { ':attempt': attempt, ...(first ? {} : { ':zero': 0 }) },
        })) !== undefined;
      // Apart from the record, which is read with every page of a group; and only by whoever may send it.
      if (claimed) await table.put({ ...letterKey(page, notice, number), ...letter });
      return claimed;
    },
    async letter(page, notice, number) {
      const item = await table.get(letterKey(page, notice, number));
      return item && { template: item['template'], shared: item['shared'], own: item['own'] };
    },
    async settle(page, notice, { number, at, outcomes, noted }) {
      const settle = (conclusion: typeof noted) =>
        table.update(recordKey(page, notice), {
          update: `SET #attempt.settledAt = :at, #attempt.outcomes = :outcomes${conclusion === undefined ? '' : NOTE.update}`,
          condition: `#attempt.settledAt = :none${conclusion === undefined ? '' : ` AND ${NOTE.condition}`}`,
          names: { '#attempt': `a${number}`, ...(conclusion === undefined ? {} : NOTE.names) },
          values: {
            ':at': at,
            ':outcomes': outcomes,
            ':none': null,
            ...(conclusion === undefined ? {} : NOTE.values(conclusion)),
          },
        });
      // What was concluded from another state than there is now is not written; what SES said always is.
      return ((await settle(noted)) ?? (noted && (await settle(undefined)))) !== undefined;
    },
    async note(page, notice, noted) {
      await table.update(recordKey(page, notice), {
        update: `SET ${NOTE.update.slice(2)}`,
        condition: NOTE.condition,
        names: NOTE.names,
        values: NOTE.values(noted),
      });
    },
    async passOver(page, notice, { slot, reason }) {
      const beside = () =>
        table.update(recordKey(page, notice), {
          update: 'SET skipped.#slot = :reason ADD changes :one',
          condition: 'attribute_exists(skipped)',
          names: { '#slot': String(slot) },
          values: { ':reason': reason, ':one': 1 },
        });
      // Nobody on the page was asked yet, or its first attempt is under way.
      const first = () =>
        table.update(recordKey(page, notice), {
          update: 'SET skipped = :skipped, complete = :false ADD changes :one',
          condition: 'attribute_not_exists(skipped)',
          values: { ':skipped': { [slot]: reason }, ':false': false, ':one': 1 },
        });
      const done = (await beside()) ?? (await first()) ?? (await beside());
      if (done === undefined) throw new Error('a record was there, and then was not');
    },
    async giveBack(page, notice, { number, slot, until }) {
      await table.update(recordKey(page, notice), {
        update: 'SET #attempt.outcomes.#slot = :returned, complete = :false, #until = :until ADD changes :one',
        condition: '#attempt.outcomes.#slot = :accepted',
        names: { '#attempt': `a${number}`, '#slot': String(slot), '#until': 'until' },
        values: { ':returned': 'returned', ':accepted': 'accepted', ':false': false, ':until': until, ':one': 1 },
      });
    },
    async reopenRecord(page, notice) {
      await table.update(recordKey(page, notice), {
        update: 'SET complete = :false, #until = :none ADD changes :one',
        names: { '#until': 'until' },
        values: { ':false': false, ':none': null, ':one': 1 },
      });
    },

    async addFacts(userId, facts) {
      const item = await table.update(memberKey(userId), {
        update: `SET ${facts.map((_, at) => `facts.#${at} = ${at === 0 ? ':0' : `if_not_exists(facts.#${at}, :${at})`}`).join(', ')}`,
        condition: 'attribute_exists(pk) AND attribute_not_exists(facts.#0)',
        names: Object.fromEntries(facts.map(({ kind, notice }, at) => [`#${at}`, factKey(kind, notice)])),
        values: Object.fromEntries(facts.map(({ at: instant }, at) => [`:${at}`, isoInstant(instant)])),
        returns: 'ALL_NEW',
      });
      return item && { cohort: item['cohort'] as string };
    },
    async writtenFacts(userId) {
      // Asked for beside `members`, it is the same read.
      const item = await table.get(memberKey(userId));
      const facts = (item?.['facts'] ?? {}) as Record<string, string>;
      return new Map(Object.entries(facts).map(([key, at]) => [key, parseInstant(at)]));
    },

    async exempt(userId, at) {
      return (
        (await table.update(memberKey(userId), {
          update: 'SET exempt = :true, exemptedAt = :at',
          condition: 'exempt = :false',
          values: { ':true': true, ':false': false, ':at': at },
        })) !== undefined
      );
    },
    async endExemption(userId, since) {
      return (
        (await table.update(memberKey(userId), {
          update: 'SET exempt = :false',
          condition: 'exempt = :true AND exemptedAt = :since',
          values: { ':true': true, ':false': false, ':since': since },
        })) !== undefined
      );
    },

    async openIntent(intent) {
      return table.put({ ...intentKey(intent.id), ...intent }, ABSENT);
    },
    async intent(id) {
      const item = await table.get(intentKey(id));
      return item && intentOfItem(item);
    },
    async intentsOf(cohort, { after, limit }) {
      // No id has a tilde: what comes after an id begins behind it.
      const from = after === null ? ' ' : `${after} `;
      return (await table.queryAll(intentsOf(cohort), { from, to: '~', limit })).map(intentOfItem);
    },
    async closeIntent(id, at) {
      await table.update(intentKey(id), { update: 'SET closedAt = :at', values: { ':at': at } });
    },
    async blocked(chatIds) {
      const items = await table.batchGet([...new Set(chatIds)].map(blockedKey));
      return new Map(items.map((item) => [item['chatId'] as string, blockedOfItem(item)]));
    },
    async setBlocked(blocked) {
      const listed = { listed: listedAs(blocked.cohort), listedAt: `${isoInstant(blocked.at)}#${blocked.chatId}` };
      await table.put({ ...blockedKey(blocked.chatId), ...blocked, ...(blocked.cohort === '' ? {} : listed) });
    },
    async blockedOf(cohort, { cursor, limit }) {
      const answer = await table.queryIndex({
        index: LISTED_INDEX,
        key: { name: 'listed', value: listedAs(cohort) },
        cursor: cursor === null ? undefined : keyOfCursor(cursor),
        limit,
      });
      return {
        rows: answer.items.map(blockedOfItem),
        cursor: answer.cursor === undefined ? null : JSON.stringify(answer.cursor),
      };
    },
    // No condition: a chat is disabled once under an arming, and its mark says the same however often it is read.
    recordDisabled: (chats) =>
      table.batchWrite({
        puts: chats.map(({ chatId, mark }) => ({
          pk: `CHAT#${chatId}`,
          sk: `DISABLED#${mark.arming}`,
          chatId,
          ...mark,
        })),
      }),
    recordRestored: (chats) =>
      table.batchWrite({
        puts: chats.map(({ chatId, mark }) => ({
          pk: `CHAT#${chatId}`,
          sk: `RESTORED#${mark.arming}`,
          chatId,
          ...mark,
        })),
      }),

    async restore(cohort) {
      const item = await table.get(restoreKey(cohort));
      if (item === undefined) return undefined;
      const { pk: _, sk: __, ...restore } = item;
      return restore as Restore;
    },
    saveRestore: (restore, read) =>
      table.put(
        { ...restoreKey(restore.cohort), ...restore },
        read === undefined
          ? ABSENT
          : {
              condition: '#change = :change AND #cursor = :cursor AND done = :done',
              names: { '#change': 'change', '#cursor': 'cursor' },
              values: { ':change': read.change, ':cursor': read.cursor, ':done': read.done },
            },
      ),

    async appendAudit(fact) {
      for (;;) {
        const [last] = await table.queryAll(AUDIT, { descending: true, limit: 1 });
        const entry = entryAfter(last && auditOfItem(last), fact);
        // Whoever else has written this number meanwhile stays before us.
        if (await table.put({ ...auditKey(entry.number), ...entry }, ABSENT)) return entry;
      }
    },
    async audit({ after, limit }) {
      return (await table.queryAll(AUDIT, { from: auditKey(after + 1).sk, to: '~', limit })).map(auditOfItem);
    },
    async copiedAudit() {
      return ((await table.get(COPIED_KEY))?.['upTo'] as number | undefined) ?? 0;
    },
    async setCopiedAudit(upTo) {
      await table.put({ ...COPIED_KEY, upTo });
    },
  };
}

/** @throws SyntaxError for what is no cursor of ours */
function keyOfCursor(cursor: string): Item {
  const key: unknown = JSON.parse(cursor);
  const names = ['pk', 'sk', 'listed', 'listedAt'];
  if (typeof key === 'object' && key !== null && names.every((name) => typeof (key as Item)[name] === 'string'))
    return key;
  throw new SyntaxError('a cursor has the four keys of a listed row');
}

const listedAs = (cohort: string) => `BLOCKED#${cohort}`;

function blockedOfItem({ pk: _, sk: __, listed: ___, listedAt: ____, ...row }: Item): Blocked {
  return row as Blocked;
}

function intentOfItem({ pk: _, sk: __, ...intent }: Item): Intent {
  return intent as Intent;
}

function auditOfItem({ pk: _, sk: __, ...entry }: Item): AuditEntry {
  return entry as AuditEntry;
}

/** The part of a record that is written with and without a settlement. */
const NOTE = {
  update: ', skipped = :skipped, complete = :complete, #until = :until',
  condition: '(attribute_not_exists(changes) OR changes = :changes)',
  names: { '#until': 'until' },
  values: ({ skipped, complete, until, changes }: Noted): Item => ({
    ':skipped': skipped,
    ':complete': complete,
    ':until': until,
    ':changes': changes,
  }),
};

const userIdOf = ({ pk }: Item) => (pk as string).slice('PERSON#'.length);

function memberOfItem(item: Item): Member {
  return {
    userId: userIdOf(item),
    cohort: item['cohort'],
    timeZone: item['timeZone'],
    group: item['group'],
    page: item['page'],
    formerPages: item['formerPages'] ?? [],
    enrolledAt: item['enrolledAt'],
    exempt: item['exempt'],
    ...(item['exemptedAt'] === undefined ? {} : { exemptedAt: item['exemptedAt'] }),
    leaving: item['leaving'],
    moves: item['moves'],
    told: item['told'],
    facts: factsOf(item['facts']),
    chats: item['chats'] ?? new Set(),
    chatRows: item['chatRows'],
    joinedLate: item['joinedLate'] ?? new Set(),
    ...(item['lateEverywhere'] === true ? { lateEverywhere: true } : {}),
  };
}

function recordOfItem({ skipped = {}, complete = false, until = null, changes = 0, ...rest }: Item): NoticeRecord {
  const attempts = Object.entries(rest)
    .filter(([key]) => /^a\d+$/.test(key))
    .map(([key, attempt]) => ({ number: Number(key.slice(1)), ...attempt }) as Attempt)
    .sort((a, b) => a.number - b.number);
  return { attempts, skipped, complete, until, changes };
}
