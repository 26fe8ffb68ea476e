/**
 * The link in each letter, to one person's page. Its token names the person and a day after which it is void, sealed:
 * nobody can read it, make one, change one, or use it for another sunset. The same person and day give the same token.
 *
 * Sealed means AES-256-GCM, whose tag binds the sunset too and is compared in constant time by OpenSSL. Tokens must be
 * derived, not drawn, so the nonce is a keyed hash of what is sealed (a synthetic IV, as in RFC 5297 and RFC 8452): two
 * different contents have two different nonces, and the same content only ever gives the same token again.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

import { addDays, DAY, type Instant, type LocalDate, startOfDay } from './time.ts';

/** Longer than any hold is likely to last. */
const LINK_DAYS = 60;

/** When the link in a letter about this end date becomes void. */
export function linkExpiry(endDate: LocalDate): Instant {
  return startOfDay(addDays(endDate, LINK_DAYS), 'UTC');
}

const NONCE = 12;
const TAG = 16;
const DAY_BYTES = 3;
/** Of a user id of 2 KB, the longest key that DynamoDB takes. */
const LONGEST = 4096;

export interface LinkKey {
  readonly seal: Uint8Array;
  readonly nonce: Uint8Array;
}

/** @param secret 32 bytes that nobody else has */
export function linkKey(secret: Uint8Array): LinkKey {
  if (secret.length !== 32) throw new RangeError(`a secret of ${secret.length} bytes: links need 32`);
  const derived = (use: string) => new Uint8Array(hkdfSync('sha256', secret, '', `sunset link ${use}`, 32));
  return { seal: derived('seal'), nonce: derived('nonce') };
}

/** @param expires from this instant on, to the day, the link is void */
export function sealLink(key: LinkKey, x: { sunset: string; userId: string; expires: Instant }): string {
  const day = Buffer.alloc(DAY_BYTES);
  day.writeUIntBE(Math.ceil(x.expires / DAY), 0, DAY_BYTES);
  const content = Buffer.concat([day, Buffer.from(x.userId)]);
  const nonce = createHmac('sha256', key.nonce).update(`${x.sunset}\n`).update(content).digest().subarray(0, NONCE);
  const cipher = createCipheriv('aes-256-gcm', key.seal, nonce, { authTagLength: TAG }).setAAD(Buffer.from(x.sunset));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** `void`: no token of ours and of this sunset, whole and unchanged. */
export function openLink(
  key: LinkKey,
  x: { sunset: string; token: string; now: Instant },
): { readonly userId: string } | 'void' | 'expired' {
  if (x.token.length > LONGEST) return 'void';
  // What is no base64url is left out, so that it comes back as another text.
  const bytes = Buffer.from(x.token, 'base64url');
  if (bytes.length < NONCE + DAY_BYTES + TAG || bytes.toString('base64url') !== x.token) return 'void';
  const decipher = createDecipheriv('aes-256-gcm', key.seal, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(x.sunset)).setAuthTag(bytes.subarray(-TAG));
  let content: Buffer;
  try {
    content = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
  } catch {
    return 'void';
  }
  if (x.now >= content.readUIntBE(0, DAY_BYTES) * DAY) return 'expired';
  return { userId: content.subarray(DAY_BYTES).toString('utf8') };
}
