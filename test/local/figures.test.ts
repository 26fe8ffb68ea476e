/** The local report's figures, counted from rows as they stand in the tables. */
import { describe, expect, it } from 'vitest';

import { countAll } from '../../bin/local/figures.ts';
import type { Row } from '../../bin/local/tables.ts';

async function* rows(all: readonly Row[]) {
  for (const row of all) yield await Promise.resolve(row);
}
const accepted = { number: 1, slots: [0], outcomes: { 0: 'accepted' } };
const NOTICE = 'd6@2026-04-29';

/** One person, who has moved from the page of one group to that of another; both tell the same date. */
function moved(formerly: Row) {
  return countAll({
    ledger: rows([
      {
        pk: 'PERSON#ana',
        sk: 'MEMBER',
        cohort: 'rest',
        timeZone: null,
        page: 'new',
        facts: { [`delivered ${NOTICE}`]: '2026-04-23T10:00:00Z' },
      },
      { pk: 'PAGE#old', sk: 'PAGE', members: ['ana'] },
      { pk: 'PAGE#old', sk: `NOTICE#${NOTICE}`, ...formerly },
      { pk: 'PAGE#new', sk: 'PAGE', members: ['ana'] },
      { pk: 'PAGE#new', sk: `NOTICE#${NOTICE}`, a1: accepted, skipped: {} },
    ]),
    plan: rows([]),
    chats: (async function* () {})(),
  });
}

describe('figures of notices', () => {
  it('count a person who has moved where they are, and not again where they were passed over', async () => {
    const { notices } = await moved({ skipped: { 0: 'not-on-this-page' } });
    expect(notices).toEqual({ d6: { delivered: 1 } });
  });

  it('count each page from which it was sent', async () => {
    const { notices } = await moved({ a1: accepted, skipped: {} });
    expect(notices).toEqual({ d6: { delivered: 2 } });
  });

  it('count as unproven whom a letter may have reached of which nothing was heard, once it is not sent again', async () => {
    const lost = { number: 1, slots: [0], outcomes: { 0: 'unheard' } };
    const of = async (record: Row) =>
      (
        await countAll({
          ledger: rows([
            { pk: 'PERSON#ana', sk: 'MEMBER', cohort: 'rest', timeZone: null, page: 'new', facts: {} },
            { pk: 'PAGE#new', sk: 'PAGE', members: ['ana'] },
            { pk: 'PAGE#new', sk: `NOTICE#${NOTICE}`, a1: lost, ...record },
          ]),
          plan: rows([]),
          chats: (async function* () {})(),
        })
      ).notices;
    expect(await of({ skipped: {} })).toEqual({ d6: { open: 1 } });
    expect(await of({ skipped: { 0: 'superseded' } })).toEqual({ d6: { unproven: 1 } });
    expect(await of({ skipped: {}, a2: { ...accepted, number: 2 } })).toEqual({ d6: { unproven: 1 } });
  });
});
