/** The published hash, reckoned here anew: which wave a chat is in does not depend on who asks. */
import { createHash } from 'node:crypto';

/** A chat's share of one hundred. */
export function shareOf(chatId: string, sunset: string): number {
  return (createHash('sha256').update(`${sunset}:wave:${chatId}`, 'utf8').digest().readUIntBE(0, 6) / 2 ** 48) * 100;
}
