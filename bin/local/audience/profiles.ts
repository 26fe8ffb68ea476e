/** What people are like: where they live, what they speak, and what is wrong with some of them. Derived from the id. */
import { numberOf, pick } from './random.ts';
import type { User } from './read.ts';

/** Weight, country, language, zones. */
const PLACES: readonly (readonly [number, readonly [country: string, locale: string, zones: readonly string[]]])[] = [
  [6, ['NZ', 'en-NZ', ['Pacific/Auckland', 'Pacific/Chatham']]],
  [8, ['AU', 'en-AU', ['Australia/Sydney', 'Australia/Perth', 'Australia/Lord_Howe']]],
  [10, ['DE', 'de-DE', ['Europe/Berlin']]],
  [7, ['FR', 'fr-FR', ['Europe/Paris', 'Pacific/Tahiti']]],
  [7, ['ES', 'es-ES', ['Europe/Madrid', 'Atlantic/Canary']]],
  [4, ['IT', 'it-IT', ['Europe/Rome']]],
  [3, ['PT', 'pt-PT', ['Europe/Lisbon', 'Atlantic/Azores']]],
  [16, ['US', 'en-US', ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'Pacific/Honolulu']]],
  [10, ['BR', 'pt-BR', ['America/Sao_Paulo', 'America/Manaus']]],
  [6, ['IN', 'en-IN', ['Asia/Kolkata']]],
  [4, ['IN', 'hi-IN', ['Asia/Kolkata']]],
  [3, ['ID', 'id-ID', ['Asia/Jakarta']]],
  [3, ['KR', 'ko-KR', ['Asia/Seoul']]],
  [3, ['TR', 'tr-TR', ['Europe/Istanbul']]],
  [5, ['JP', 'ja-JP', ['Asia/Tokyo']]],
  [4, ['MX', 'es-MX', ['America/Mexico_City']]],
  [2, ['NP', 'ne-NP', ['Asia/Kathmandu']]],
  [2, ['KI', 'en', ['Pacific/Kiritimati']]],
  [2, ['AS', 'en', ['Pacific/Pago_Pago']]],
  [2, ['EG', 'ar-EG', ['Africa/Cairo']]],
  [2, ['ZZ', '', ['Etc/UTC']]],
];

export interface Oddities {
  /** Share of people, 0 to 1. */
  readonly bouncing: number;
  readonly complaining: number;
  readonly suppressed: number;
  readonly outOfOffice: number;
  /** Full for the first mail, and emptied then. */
  readonly fullMailbox: number;
  readonly withoutAddress: number;
  readonly unknownZone: number;
}

export function profileOf(userId: string, odd: Oddities): User {
  const [country, locale, zones] = pick(`${userId} place`, PLACES);
  const zone = zones[Math.floor(numberOf(`${userId} zone`) * zones.length)] ?? 'Etc/UTC';
  const rest =
    1 - odd.bouncing - odd.complaining - odd.suppressed - odd.outOfOffice - odd.fullMailbox - odd.withoutAddress;
  const simulator = (box: string, label = userId) => `${box}+${label}@simulator.amazonses.com`;
  return {
    userId,
    email: pick<string | null>(`${userId} mailbox`, [
      [rest, `${userId}@example.com`],
      [odd.bouncing, simulator('bounce')],
      [odd.complaining, simulator('complaint')],
      [odd.suppressed, simulator('suppressionlist')],
      [odd.outOfOffice, simulator('ooto')],
      [odd.fullMailbox, simulator('success', `full-${userId}`)],
      [odd.withoutAddress, null],
    ]),
    locale,
    timeZone: pick<string | null>(`${userId} zone is known`, [
      [1 - odd.unknownZone, zone],
      [odd.unknownZone / 2, 'Mars/Olympus'],
      [odd.unknownZone / 2, null],
    ]),
    country: country === 'ZZ' ? null : country,
  };
}
