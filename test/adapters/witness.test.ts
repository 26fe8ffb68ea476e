/** The adapter and the client of S3, against the bucket of this machine, which keeps every version as S3 does. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type S3, startS3 } from '../../bin/local/cloud/s3.ts';
import { createWire } from '../../bin/local/cloud/wire.ts';
import { createWitness } from '../../functions/adapters/witness.ts';
import { type AuditEntry, type AuditFact, entryAfter } from '../../functions/domain/audit.ts';
import { parseInstant } from '../../functions/domain/time.ts';
import type { Witness } from '../../functions/ports.ts';
import { clientOf, type Service, startService } from './server.ts';

const BUCKET = 'State-AuditTrail';
const FACT: AuditFact = {
  at: '2026-04-14T08:00:00Z',
  who: 'first-operator',
  what: 'held',
  why: 'support is overloaded',
  subject: 'eu-2',
  from: null,
  to: null,
};
function chainOf(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  while (entries.length < length) entries.push(entryAfter(entries.at(-1), FACT));
  return entries;
}
const [FIRST, SECOND] = chainOf(2) as [AuditEntry, AuditEntry];
const KEY = 'audit/0000000001.json';

let s3: S3;
let client: S3Client;
let witness: Witness;
beforeEach(async () => {
  s3 = await startS3({
    wire: createWire({ changed: () => {}, fate: () => undefined, kill: () => {}, allows: () => true }),
    assembly: {
      ofType: (type) =>
        type === 'AWS::S3::Bucket'
          ? [
              {
                type,
                id: 'AuditTrail',
                stack: 'State',
                name: BUCKET,
                arn: `arn:aws:s3:::${BUCKET}`,
                properties: { VersioningConfiguration: { Status: 'Enabled' } },
              },
            ]
          : [],
    },
    now: () => parseInstant('2026-04-14T08:00:00Z'),
  });
  client = new S3Client({ ...clientOf({ endpoint: s3.endpoint } as Service), maxAttempts: 1 });
  witness = createWitness(client, BUCKET);
});
afterEach(async () => {
  client.destroy();
  await s3.close();
});

const overwrite = (key: string, body: string) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));

describe('a copy of an entry', () => {
  it('is put as it is, under a key that lies in the order of the numbers', async () => {
    await witness.put(FIRST);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual(FIRST);
    expect(await witness.hashOf(1)).toBe(FIRST.hash);
  });

  it('is put once: a second one changes nothing', async () => {
    await witness.put(FIRST);
    await witness.put({ ...FIRST, why: 'another reason' });
    expect(await witness.hashOf(1)).toBe(FIRST.hash);
  });

  it('is the oldest: whoever writes its key again later hides nothing', async () => {
    await witness.put(FIRST);
    const changed = entryAfter(undefined, { ...FACT, why: 'another reason' });
    for (let times = 0; times < 3; times++) await overwrite(KEY, JSON.stringify(changed));
    expect(await witness.hashOf(1)).toBe(FIRST.hash);
    // Asked for as it lies there now, it is the changed one.
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    expect(await Body?.transformToString()).toContain('another reason');
  });

  it('is the oldest also behind more versions than S3 lists at once', async () => {
    await witness.put(FIRST);
    for (let times = 0; times < 1001; times++) await overwrite(KEY, '{}');
    expect(await witness.hashOf(1)).toBe(FIRST.hash);
  });

  it('is not mistaken for a key that begins with its own', async () => {
    await overwrite(`${KEY}.old`, JSON.stringify(SECOND));
    expect(await witness.hashOf(1)).toBeUndefined();
    await witness.put(FIRST);
    expect(await witness.hashOf(1)).toBe(FIRST.hash);
  });

  it('has the hash of what it says, not the one that it says it has', async () => {
    await overwrite(KEY, JSON.stringify({ ...FIRST, who: 'second-operator' }));
    const hash = await witness.hashOf(1);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toBe(FIRST.hash);
  });

  it.each(['no entry', 'null'])('that is none ("%s") has a hash that no entry has', async (body) => {
    await overwrite(KEY, body);
    expect(await witness.hashOf(1)).toMatch(/^[0-9a-f]{64}$/);
    expect(await witness.hashOf(1)).not.toBe(FIRST.hash);
  });

  it('that is not there has no hash', async () => {
    await witness.put(FIRST);
    expect(await witness.hashOf(2)).toBeUndefined();
  });
});

describe('the last copy', () => {
  it('is none before the first', async () => expect(await witness.last()).toBe(0));

  it('is the one with the highest number, also where some are missing and there are more than S3 lists at once', async () => {
    for (const entry of chainOf(1002)) if (entry.number !== 500) await witness.put(entry);
    expect(await witness.last()).toBe(1002);
  });

  it('is no object of another name', async () => {
    await witness.put(FIRST);
    await overwrite('audit/notes.txt', 'none of ours');
    await overwrite('zebra/0000000009.json', 'none of ours');
    expect(await witness.last()).toBe(1);
  });
});

describe('where somebody else is putting the same copy', () => {
  let service: Service;
  beforeEach(async () => {
    service = await startService('application/xml');
    client.destroy();
    client = new S3Client(clientOf(service));
    witness = createWitness(client, BUCKET);
  });
  afterEach(() => service.stop());
  const conflict = { status: 409, body: '<Error><Code>ConditionalRequestConflict</Code></Error>' };

  it('it is asked once more, because the other may have failed', async () => {
    service.answer = () => (service.asked.length === 1 ? conflict : { body: '' });
    await witness.put(FIRST);
    expect(service.asked.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
  });
  it('and goes on doing so, that is an error: there may be no copy yet', async () => {
    service.answer = () => conflict;
    await expect(witness.put(FIRST)).rejects.toThrow('somebody else is copying entry 1 of the audit trail');
    expect(service.asked).toHaveLength(2);
  });
  it('any other answer is an error', async () => {
    service.answer = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    await expect(witness.put(FIRST)).rejects.toThrow();
    expect(service.asked).toHaveLength(1);
  });
});
