/**
 * What the platform tells us, on the same bus: `detail-type` `SunsetSignal`, any `source` but ours, `detail` of this
 * shape. The event's own `time` is when the person did it. `notice` is needed with `seen`, as PersonUnreachable gave it.
 */
export const SIGNAL_TYPE = 'SunsetSignal';
export interface SunsetSignal {
  readonly userId: string;
  readonly signal: 'saved' | 'stopped' | 'more-time' | 'seen';
  readonly notice?: string;
}

/** Events on the platform's bus. `source` is always `sunset`; bodies name ids only. */
export const EVENT_SOURCE = 'sunset';

export interface PlatformEvents {
  /** The platform must destroy nothing before `finalAfter` (ISO 8601 instant): until then we may restore the chat. */
  readonly ChatEncryptionDisabled: { sunset: string; chatId: string; cohort: string; at: string; finalAfter: string };
  /** The chat is encrypted again, as it was before; what was promised with ChatEncryptionDisabled is void. */
  readonly ChatEncryptionRestored: { sunset: string; chatId: string; cohort: string; at: string };
  /** A required notice cannot reach this person by mail; the app should show it itself and send the signal `seen`. */
  readonly PersonUnreachable: { sunset: string; userId: string; notice: string; reason: string };
  /** The nightly figures. */
  readonly SunsetReport: { sunset: string; at: string; report: unknown };
}
export type PlatformEvent = {
  [K in keyof PlatformEvents]: { type: K; detail: PlatformEvents[K] };
}[keyof PlatformEvents];
