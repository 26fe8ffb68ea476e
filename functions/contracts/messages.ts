/**
 * The bodies of our queues. A message is only ever a hint: it names rows and carries no state, no address
 * and no name, so it may come twice, late, out of order or never.
 */
import * as v from 'valibot';

const id = v.pipe(v.string(), v.minLength(1));

/** What tick asks of dispatch. */
export const DispatchMessage = v.variant('kind', [
  v.strictObject({ kind: v.literal('run'), group: id, notice: id }),
  v.strictObject({ kind: v.literal('review'), group: id }),
  v.strictObject({ kind: v.literal('move'), userId: id }),
]);
export type DispatchMessage = v.InferOutput<typeof DispatchMessage>;

/** One page to be sent one notice. */
export const NoticeMessage = v.strictObject({ page: id, notice: id });
export type NoticeMessage = v.InferOutput<typeof NoticeMessage>;

/** One segment of one sweep to go on with. */
export const SweepMessage = v.strictObject({ sweep: id, segment: v.pipe(v.number(), v.integer()) });
export type SweepMessage = v.InferOutput<typeof SweepMessage>;

/** Chats that the sweep nominated (50 at most), an intent that was left open, or a cohort's restore to go on with. */
export const DisableMessage = v.variant('kind', [
  v.strictObject({ kind: v.literal('chats'), chats: v.pipe(v.array(id), v.minLength(1), v.maxLength(50)) }),
  v.strictObject({ kind: v.literal('intent'), intent: id }),
  v.strictObject({ kind: v.literal('restore'), cohort: id }),
]);
export type DisableMessage = v.InferOutput<typeof DisableMessage>;

/**
 * One SES event as the rule's input transformer passes it on. Names on the left are paths of the SES event
 * (docs: "Amazon SES event data"); there is no address among them. Absent paths arrive as empty or missing.
 */
export const FeedbackMessage = v.object({
  id,
  time: v.pipe(v.string(), v.isoTimestamp()),
  type: v.pipe(v.string(), v.minLength(1)),
  messageId: v.optional(v.string()),
  tags: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
  bounceType: v.optional(v.string()),
  bounceSubType: v.optional(v.string()),
});
export type FeedbackMessage = v.InferOutput<typeof FeedbackMessage>;

/** What a person, or the platform for them, has told us. `at` is when they did; ISO 8601. */
export const SignalMessage = v.strictObject({
  userId: v.pipe(id, v.maxLength(2048)),
  signal: v.picklist(['saved', 'stopped', 'more-time', 'seen']),
  notice: v.optional(v.pipe(v.string(), v.maxLength(64))),
  at: v.pipe(v.string(), v.isoTimestamp()),
});
export type SignalMessage = v.InferOutput<typeof SignalMessage>;

/** Paths that the input transformer of the SES rule reads, by the name it gives them. */
export const FEEDBACK_PATHS = {
  id: '$.id',
  time: '$.time',
  type: '$.detail.eventType',
  messageId: '$.detail.mail.messageId',
  tags: '$.detail.mail.tags',
  bounceType: '$.detail.bounce.bounceType',
  bounceSubType: '$.detail.bounce.bounceSubType',
} as const;

/** The same for the rule of signals: the platform's event, see contracts/events.ts. */
export const SIGNAL_PATHS = {
  userId: '$.detail.userId',
  signal: '$.detail.signal',
  notice: '$.detail.notice',
  at: '$.time',
} as const;
