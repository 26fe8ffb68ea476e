import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AuditPage } from '../../../functions/contracts/operator-api.ts';
import { type AuditEntry, auditHash, verifyAudit } from '../../../functions/domain/audit.ts';
import { isoInstant } from '../../../functions/domain/time.ts';
import { auditPage, copyAudit } from '../../../functions/usecases/operator/audit-trail.ts';
import { D35_AT, officeOf, startWorld, type TestWorld } from '../world.ts';

let world: TestWorld;
let office: ReturnType<typeof officeOf>;
beforeEach(async () => {
  world = await startWorld({ at: D35_AT });
  office = officeOf(world);
});
afterEach(() => world.tables.stop());

async function happened(times: number): Promise<void> {
  for (let n = 0; n < times; n++)
    await world.ledger.appendAudit({
      at: isoInstant(D35_AT + n),
      who: 'first-operator',
      what: 'held',
      why: `reason ${n}`,
      subject: 'eea',
      from: null,
      to: null,
    });
}
/** The whole trail, as a reader of the API gets it. */
async function read(limit = '100') {
  const [entries, copies]: [AuditEntry[], (string | null)[]] = [[], []];
  let cursor: string | null | undefined;
  let lastCopy: number | undefined;
  let pages = 0;
  do {
    const page = await auditPage(office, { limit, ...(cursor == null ? {} : { cursor }) });
    expect(v.parse(AuditPage, page)).toEqual(page);
    entries.push(...(page.entries as AuditEntry[]));
    copies.push(...page.copies);
    ({ cursor } = page);
    lastCopy ??= page.lastCopy;
    pages += 1;
  } while (cursor !== null);
  return { entries, copies, lastCopy, pages };
}
async function findings() {
  const { entries, copies, lastCopy } = await read();
  return verifyAudit(entries, copies, lastCopy).map(({ kind, number }) => `${kind} ${number}`);
}
const rowOf = (number: number) => ({ pk: 'AUDIT', sk: String(number).padStart(10, '0') });

describe('the audit trail', () => {
  it('is copied in order, and then has nothing to be found', async () => {
    await happened(3);
    expect(await findings()).toEqual(['not-copied 1', 'not-copied 2', 'not-copied 3']);
    expect(await copyAudit(office)).toBe(3);
    expect(office.copies.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(await findings()).toEqual([]);
    expect(await copyAudit(office)).toBe(0);
    await happened(1);
    expect(await copyAudit(office)).toBe(1);
    expect(await findings()).toEqual([]);
  });

  it('is empty before anything has happened', async () => {
    expect(await auditPage(office, {})).toEqual({ entries: [], copies: [], lastCopy: 0, cursor: null });
    expect(await copyAudit(office)).toBe(0);
  });

  it('is read page by page', async () => {
    await happened(7);
    await copyAudit(office);
    const { entries, pages } = await read('3');
    expect(entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(pages).toBe(3);
  });

  it('refuses a cursor that is none', async () => {
    await expect(auditPage(office, { cursor: 'x' })).rejects.toMatchObject({ error: { code: 'bad-request' } });
  });

  it('is no cut and no lost copy where something is written and copied while it is read', async () => {
    await happened(2);
    await copyAudit(office);
    const { ledger, witness } = office;
    const busy = {
      ledger: {
        ...ledger,
        async audit(x: Parameters<typeof ledger.audit>[0]) {
          const entries = await ledger.audit(x);
          await happened(1);
          await copyAudit(office);
          return entries;
        },
      },
      witness: {
        ...witness,
        async last() {
          await happened(1);
          return witness.last();
        },
      },
    };
    const { entries, copies, lastCopy } = await auditPage(busy, {});
    expect(entries.length).toBe(3);
    expect(verifyAudit(entries as AuditEntry[], copies, lastCopy)).toEqual([]);
  });

  it('is copied whole, whoever is cut off while copying, and by two at once', async () => {
    await happened(120);
    const put = office.witness.put;
    let left = 60;
    const cutOff = {
      ...office,
      witness: {
        ...office.witness,
        async put(entry: AuditEntry) {
          if (left-- === 0) throw new Error('the bucket was away');
          await put(entry);
        },
      },
    };
    await expect(copyAudit(cutOff)).rejects.toThrow('the bucket was away');
    await Promise.all([copyAudit(office), copyAudit(office)]);
    expect(office.copies.map(({ number }) => number)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    expect(await findings()).toEqual([]);
  });

  it('shows what was changed, removed or cut off behind its back', async () => {
    await happened(5);
    await copyAudit(office);
    const entry = (await world.ledger.audit({ after: 1, limit: 1 }))[0];
    if (entry === undefined) throw new Error('there is no second entry');
    const forged = { ...entry, who: 'second-operator' };
    const { ledger } = world.tables;

    await ledger.put({ ...rowOf(2), ...forged, hash: auditHash(forged) });
    expect(await findings()).toContain('edited 2');
    await ledger.put({ ...rowOf(2), ...entry });
    expect(await findings()).toEqual([]);
    await ledger.batchWrite({ deletes: [rowOf(5)] });
    expect(await findings()).toEqual(['cut 5']);
    await ledger.batchWrite({ deletes: [rowOf(2)] });
    expect(await findings()).toEqual(['missing 2', 'cut 5']);
  });
});
