/**
 * What each function is told by its environment. The stack is typed by these schemas, so a variable that a
 * handler needs and the stack forgets does not compile; at run time the same schema refuses a wrong value.
 */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.string(), v.regex(/^[1-9]\d*$/, 'a whole number above 0'), v.transform(Number));

const ours = { SUNSET: text, PLAN_TABLE: text, LEDGER_TABLE: text };
/** PLATFORM_MAPPING: JSON of contracts/tables.ts PlatformMapping. */
const platform = { USERS_TABLE: text, CHATS_TABLE: text, PLATFORM_MAPPING: text };
/** FUNCTION_TIMEOUT_SECONDS: the function's own timeout, from which leases and permits' margins follow. */
const lease = { FUNCTION_TIMEOUT_SECONDS: count };

/** LINK_KEY: ARN of the KMS key (HMAC) from which the key of people's links is derived. */
const links = { LINK_KEY: text };
/** Ends with a slash; a token follows. */
const address = v.pipe(v.string(), v.regex(/^https?:\/\/\S+\/$/, 'an address that ends with a slash'));

export const environments = {
  tick: v.object({
    ...ours,
    DISPATCH_QUEUE_URL: text,
    SWEEP_QUEUE_URL: text,
    DISABLE_QUEUE_URL: text,
    SWEEP_SEGMENTS: count,
  }),
  dispatch: v.object({ ...ours, ...platform, ...lease, NOTICE_QUEUE_URL: text }),
  notify: v.object({
    ...ours,
    ...platform,
    ...lease,
    ...links,
    CONFIGURATION_SET: text,
    PLATFORM_BUS: text,
    PREFERENCES_URL: address,
  }),
  sweep: v.object({ ...ours, ...platform, ...lease, DISABLE_QUEUE_URL: text }),
  disable: v.object({ ...ours, ...platform, ...lease, PLATFORM_BUS: text }),
  feedback: v.object({ ...ours, PLATFORM_BUS: text }),
  signals: v.object({ ...ours, ...platform }),
  preferences: v.object({ ...ours, ...platform, ...links, SIGNAL_QUEUE_URL: text }),
  report: v.object({ ...ours, PLATFORM_BUS: text }),
  audit: v.object({ ...ours, AUDIT_BUCKET: text }),
  operator: v.object({
    ...ours,
    ...platform,
    ...lease,
    AUDIT_BUCKET: text,
    CONFIGURATION_SET: text,
    SENDER_IDENTITY: text,
    /** JSON: names of the roles whose session names an identity provider gives, so that they name people. */
    OPERATOR_ROLES: text,
    DISPATCH_QUEUE_URL: text,
    NOTICE_QUEUE_URL: text,
    SWEEP_QUEUE_URL: text,
    DISABLE_QUEUE_URL: text,
    FEEDBACK_QUEUE_URL: text,
    SIGNAL_QUEUE_URL: text,
    /** JSON: by our name of a queue (contracts/operator-api.ts QUEUES), the ARN of its dead letters. */
    DEAD_LETTER_ARNS: text,
    /** First part of the names of the stack's alarms. */
    ALARM_PREFIX: text,
  }),
} as const;

export type FunctionName = keyof typeof environments;
/** The variables of one function, as the stack must give them: strings. */
export type EnvironmentInput<N extends FunctionName> = v.InferInput<(typeof environments)[N]>;
/** The variables of one function, as its handler reads them. */
export type Environment<N extends FunctionName> = v.InferOutput<(typeof environments)[N]>;
