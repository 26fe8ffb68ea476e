/**
 * Tags by which SES's events find their way back. Tag values allow `A-Za-z0-9_-` only, 256 characters at most:
 * ids are written in base64url, and what is longer by its hash, to be looked up on its page.
 */
import { createHash } from 'node:crypto';

const LONGEST = 256;
/** Base64url has no dot, SES no other sign: a hash is told by its first character and its length. */
const HASHED = '_';

export function tagOfId(id: string): string {
  const tag = Buffer.from(id).toString('base64url');
  return tag.length <= LONGEST && !tag.startsWith(HASHED) ? tag : hashTag(id);
}

function hashTag(id: string): string {
  return HASHED + createHash('sha256').update(id).digest('hex');
}

/** The id itself, or a question whether a candidate is the one. */
export function idOfTag(tag: string): { id: string } | { matches: (candidate: string) => boolean } {
  if (tag.startsWith(HASHED)) return { matches: (candidate) => hashTag(candidate) === tag };
  return { id: Buffer.from(tag, 'base64url').toString('utf8') };
}
