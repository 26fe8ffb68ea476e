/** S3 on this machine as the SDK's client sees it: versions, conditions and lists, counted and permitted by the wire. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';

import { iamAction } from '../../bin/local/cloud/permissions.ts';
import { type S3, startS3 } from '../../bin/local/cloud/s3.ts';
import { applicationId, createWire, type Wire } from '../../bin/local/cloud/wire.ts';
import { parseInstant } from '../../functions/domain/time.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');
const BUCKET = 'State-AuditTrail';

let running: { s3: S3; client: S3Client } | undefined;
afterEach(async () => {
  running?.client.destroy();
  await running?.s3.close();
  running = undefined;
});

async function start(
  allows: (action: string) => boolean = () => true,
  versioning: unknown = { Status: 'Enabled' },
): Promise<{ client: S3Client; wire: Wire }> {
  const wire = createWire({
    changed: () => {},
    fate: () => undefined,
    kill: () => {},
    allows: (_, action) => allows(iamAction(action)),
  });
  const bucket = {
    type: 'AWS::S3::Bucket',
    id: 'AuditTrail',
    stack: 'State',
    name: BUCKET,
    arn: `arn:aws:s3:::${BUCKET}`,
    properties: { VersioningConfiguration: versioning },
  };
  const s3 = await startS3({
    wire,
    assembly: { ofType: (type) => (type === bucket.type ? [bucket] : []) },
    now: () => NOW,
  });
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    userAgentAppId: applicationId('operator'),
    maxAttempts: 1,
  });
  running = { s3, client };
  return { client, wire };
}

const put = (client: S3Client, key: string, body: string, onlyNew = false) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...(onlyNew ? { IfNoneMatch: '*' } : {}) }));
const get = async (client: S3Client, key: string, version?: string) => {
  const asked = { Bucket: BUCKET, Key: key, ...(version === undefined ? {} : { VersionId: version }) };
  const { Body } = await client.send(new GetObjectCommand(asked));
  return Body?.transformToString();
};

describe('an object', () => {
  it('keeps every version, whatever its key and content look like', async () => {
    const { client } = await start();
    const key = 'audit/a b&c+ü.json';
    const { VersionId: first } = await put(client, key, 'grüß <one>');
    await put(client, key, 'two');
    expect([await get(client, key), await get(client, key, first)]).toEqual(['two', 'grüß <one>']);
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    expect(Versions.map(({ Key, IsLatest, Size }) => [Key, IsLatest, Size])).toEqual([
      [key, true, 3],
      [key, false, 12],
    ]);
  });

  it('is put on condition that there is none only once', async () => {
    const { client } = await start();
    await put(client, 'a', 'one', true);
    await expect(put(client, 'a', 'two', true)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await get(client, 'a')).toBe('one');
  });

  it('that is not there, or not in this version, or in no bucket, is an error that says so', async () => {
    const { client } = await start();
    await put(client, 'a', 'one');
    await expect(get(client, 'b')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get(client, 'a', 'v9')).rejects.toMatchObject({ name: 'NoSuchVersion' });
    const elsewhere = new GetObjectCommand({ Bucket: 'other', Key: 'a' });
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('cannot be removed: nothing here knows how', async () => {
    const { client } = await start();
    await put(client, 'a', 'one');
    const removal = new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' });
    await expect(client.send(removal)).rejects.toThrow('does not know DELETE of an object');
    expect(await get(client, 'a')).toBe('one');
  });
});

describe('lists', () => {
  it('of objects come in order, a page at a time', async () => {
    const { client } = await start();
    for (const key of ['c', 'a', 'x/1', 'b']) await put(client, key, key);
    const first = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 2 }));
    expect([first.Contents?.map(({ Key }) => Key), first.IsTruncated]).toEqual([['a', 'b'], true]);
    const second = await client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, ContinuationToken: first.NextContinuationToken }),
    );
    expect([second.Contents?.map(({ Key }) => Key), second.IsTruncated]).toEqual([['c', 'x/1'], false]);
    const some = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'x/' }));
    expect(some.Contents?.map(({ Key }) => Key)).toEqual(['x/1']);
  });

  it('of versions go on in the middle of a key', async () => {
    const { client } = await start();
    for (const body of ['1', '2', '3']) await put(client, 'a', body);
    await put(client, 'b', '1');
    const first = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, MaxKeys: 2 }));
    const second = await client.send(
      new ListObjectVersionsCommand({
        Bucket: BUCKET,
        KeyMarker: first.NextKeyMarker,
        VersionIdMarker: first.NextVersionIdMarker,
      }),
    );
    const ids = [...(first.Versions ?? []), ...(second.Versions ?? [])].map(({ Key, VersionId }) => [Key, VersionId]);
    expect(ids.map(([key]) => key)).toEqual(['a', 'a', 'a', 'b']);
    expect(new Set(ids.map(String)).size).toBe(4);
  });
});

describe('who asks', () => {
  it('is counted by what they ask for', async () => {
    const { client, wire } = await start();
    const { VersionId } = await put(client, 'a', 'one');
    await get(client, 'a', VersionId);
    await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    expect(wire.counts()).toEqual({
      operator: { 'S3.PutObject': 1, 'S3.GetObjectVersion': 1, 'S3.ListObjectVersions': 1 },
    });
  });

  it.each([
    ['s3:PutObject', (client: S3Client) => put(client, 'a', 'one')],
    ['s3:GetObject', (client: S3Client) => get(client, 'a')],
    ['s3:GetObjectVersion', (client: S3Client) => get(client, 'a', 'v1')],
    ['s3:ListBucket', (client: S3Client) => client.send(new ListObjectsV2Command({ Bucket: BUCKET }))],
    ['s3:ListBucketVersions', (client: S3Client) => client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))],
  ])('needs %s, by the name that policies have for it', async (action, asking) => {
    const { client } = await start((asked) => asked !== action);
    await expect(asking(client)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('refuses a bucket without versions: a second object would hide the first for good', async () => {
  await expect(start(() => true, { Status: 'Suspended' })).rejects.toThrow(
    'AWS::S3::Bucket AuditTrail of State: a bucket without versions cannot be honoured on one machine',
  );
});
