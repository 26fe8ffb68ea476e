/**
 * The key of people's links. It lies nowhere: KMS derives it, the same each time, from a key of its own that nobody can
 * read. A process asks once.
 */
import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';

import { type LinkKey, linkKey } from '../domain/link.ts';
import type { Links } from '../ports.ts';

export function createLinks(
  client: KMSClient,
  { keyId, sunset, base }: { keyId: string; sunset: string; base: string },
): Links {
  let known: Promise<LinkKey> | undefined;
  async function derive(): Promise<LinkKey> {
    const { Mac } = await client.send(
      new GenerateMacCommand({
        KeyId: keyId,
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(`sunset links of ${sunset}`),
      }),
    );
    if (Mac === undefined) throw new Error('KMS gave no MAC');
    return linkKey(Mac);
  }
  return {
    base,
    // A failure is not remembered.
    key: () => (known ??= derive().catch((error: unknown) => ((known = undefined), Promise.reject(error as Error)))),
  };
}
