/** Events on the platform's bus. `source` is always `sunset`; bodies name ids only. */
export const EVENT_SOURCE = 'sunset';

export interface PlatformEvents {
  /** The platform must destroy nothing before `finalAfter` (ISO 8601 instant): until then we may restore the chat. */
  readonly ChatEncryptionDisabled: { sunset: string; chatId: string; cohort: string; at: string; finalAfter: string };
  /** A required notice cannot reach this person by mail; the app should tell them itself and send `seen`. */
  readonly PersonUnreachable: { sunset: string; userId: string; notice: string; reason: string };
  /** The nightly figures. */
  readonly SunsetReport: { sunset: string; at: string; report: unknown };
}
export type PlatformEvent = {
  [K in keyof PlatformEvents]: { type: K; detail: PlatformEvents[K] };
}[keyof PlatformEvents];
