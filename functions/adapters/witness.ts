/**
 * Copies of the audit trail in a bucket whose objects nobody can change or remove while their lock holds. A key can
 * be written again, which adds a version and hides the one before; and a delete marker hides all of them. So what is
 * read are the versions, and of a key the oldest: it is the one that was there first.
 */
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

import { AUDIT_COPIES } from '../contracts/copies.ts';
import { type AuditEntry, auditHash } from '../domain/audit.ts';
import type { Witness } from '../ports.ts';

/** So that keys lie in the order of their numbers. */
const DIGITS = 10;
const ENDING = '.json';
const keyOf = (number: number) => `${AUDIT_COPIES}${String(number).padStart(DIGITS, '0')}${ENDING}`;
const numberOf = (key: string) => Number(key.slice(AUDIT_COPIES.length, -ENDING.length));

/** S3's answers where there is a copy, and where somebody is putting one at this moment. */
const THERE = 412;
const AT_IT = 409;

export function createWitness(client: S3Client, bucket: string): Witness {
  /** Every version of the keys that begin so; of one key the newest first. */
  async function* versions(prefix: string): AsyncGenerator<ObjectVersion, void, undefined> {
    let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (from !== undefined) {
      const answer: Awaited<ReturnType<typeof page>> = await page(prefix, from);
      yield* answer.Versions ?? [];
      from =
        answer.IsTruncated === true
          ? { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker }
          : undefined;
    }
  }
  const page = (prefix: string, from: object) =>
    client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }));

  async function putOnce(entry: AuditEntry): Promise<'put' | 'there' | 'at it'> {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyOf(entry.number),
          Body: JSON.stringify(entry),
          ContentType: 'application/json',
          IfNoneMatch: '*',
        }),
      );
      return 'put';
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === THERE) return 'there';
      if (status === AT_IT) return 'at it';
      throw error;
    }
  }

  return {
    async put(entry) {
      // Whoever was at it may have failed: only the second answer says that there is a copy.
      if ((await putOnce(entry)) === 'at it' && (await putOnce(entry)) === 'at it')
        throw new Error(
          `somebody else is copying entry ${entry.number} of the audit trail: it is copied the next time`,
        );
    },
    async hashOf(number) {
      const key = keyOf(number);
      let oldest: ObjectVersion | undefined;
      for await (const version of versions(key)) if (version.Key === key) oldest = version;
      if (oldest?.VersionId === undefined) return undefined;
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: oldest.VersionId }),
      );
      return hashOfCopy((await Body?.transformToString('utf8')) ?? '');
    },
    async last() {
      let last = 0;
      for await (const { Key = '' } of versions(AUDIT_COPIES)) last = Math.max(last, numberOf(Key) || 0);
      return last;
    },
  };
}

/** Of what it says, not what it says of itself; what is no entry has the hash of nothing, which no entry has. */
function hashOfCopy(copy: string): string {
  try {
    return auditHash(JSON.parse(copy) as AuditEntry);
  } catch {
    return auditHash({} as AuditEntry);
  }
}
