/**
 * The settings of one deployment: CDK context in, values out. A setting that is unknown or malformed stops the
 * synthesis with a sentence that names what was given, what is allowed and how to set it. A typo must never
 * deploy the defaults.
 */
import type { App } from 'aws-cdk-lib';
import * as v from 'valibot';

import { PlatformMapping } from '../functions/contracts/tables.ts';

const MOST_SEGMENTS = 64;

const tableName = v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/));

const Platform = v.strictObject({
  usersTable: tableName,
  chatsTable: tableName,
  /** The key that encrypts these tables, where it is one of the customer's own. */
  keyArn: v.optional(v.pipe(v.string(), v.regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/))),
  mapping: v.optional(PlatformMapping, {}),
});

/** Given with `-c` a setting is text, in cdk.json it may be a value. */
const json = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): unknown => {
    if (typeof dataset.value !== 'string') return dataset.value;
    try {
      return JSON.parse(dataset.value);
    } catch {
      addIssue({ message: 'not JSON' });
      return NEVER;
    }
  }),
);

const Settings = {
  /** Name of the sunset: of its stacks, its configuration set, and the first part of its templates' names. */
  sunset: {
    allowed: 'lower-case letters, digits and single hyphens, 2 to 40, beginning with a letter',
    schema: v.optional(
      v.pipe(v.string(), v.maxLength(40), v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/), v.minLength(2)),
      'instagram-e2ee',
    ),
  },
  /** The domain that SES has verified as the sender: identities are named by people, not by a stack. */
  senderIdentity: {
    allowed: 'a domain that SES has verified, such as example.com',
    schema: v.optional(v.pipe(v.string(), v.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/)), 'example.com'),
  },
  /** The platform's own tables, to import; without it, both are created. */
  platform: {
    allowed: 'JSON with usersTable, chatsTable and, optional, keyArn and mapping (functions/contracts/tables.ts)',
    schema: v.optional(v.pipe(json, Platform)),
  },
  /** Where alarms go. */
  alarmTopicArn: {
    allowed: 'the ARN of an SNS topic',
    schema: v.optional(v.pipe(v.string(), v.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/))),
  },
  /** Where people find the page behind the links, if not at the function's own address. */
  preferencesUrl: {
    allowed: 'an address that begins with https:// and ends with a slash, such as https://notices.example.com/',
    schema: v.optional(v.pipe(v.string(), v.regex(/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(\/[\w.~-]+)*\/$/))),
  },
  /** Calls of that page at the same time; whoever calls it more often must not take the whole account's. */
  preferencesConcurrency: {
    allowed: 'a whole number from 0 to 1000; 0 reserves nothing and limits nothing',
    schema: v.optional(v.pipe(json, v.number(), v.integer(), v.minValue(0), v.maxValue(1000)), 20),
  },
  /** Roles whose session names an identity provider gives: whoever acts through one of them counts as a person. */
  operatorRoles: {
    allowed: 'a JSON list of names of IAM roles, such as ["operators"]; without their path and their account',
    schema: v.optional(v.pipe(json, v.array(v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/)))), []),
  },
  /** Into how many parallel segments a sweep is divided. */
  sweepSegments: {
    allowed: `a whole number from 1 to ${MOST_SEGMENTS}`,
    schema: v.optional(v.pipe(json, v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_SEGMENTS)), 4),
  },
} as const;

type Name = keyof typeof Settings;
export type Settings = { readonly [N in Name]: v.InferOutput<(typeof Settings)[N]['schema']> };

/** Reads the settings from the app's context. Throws on the first that is unknown or malformed. */
export function readSettings(app: App): Settings {
  const context = app.node.getAllContext() as Record<string, unknown>;
  const unknown = Object.keys(context).find((key) => !(key in Settings) && !belongsToCdk(key));
  if (unknown !== undefined) {
    throw new Error(
      `unknown setting "${unknown}"; allowed are ${Object.keys(Settings).join(', ')}: correct it in -c or in the context of cdk.json`,
    );
  }
  const read = <N extends Name>(name: N) => [name, readSetting(name, context[name])] as const;
  return Object.fromEntries((Object.keys(Settings) as Name[]).map(read)) as Settings;
}

function readSetting(name: Name, given: unknown): unknown {
  const { schema, allowed } = Settings[name];
  const result = v.safeParse<v.GenericSchema>(schema, given);
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]);
  throw new Error(
    `setting "${name}" is ${JSON.stringify(given)}${path === null ? '' : ` (see ${path})`}; allowed is ${allowed}: correct it in -c or in the context of cdk.json`,
  );
}

/** The CDK keeps its flags and its look-ups in the same place. */
function belongsToCdk(key: string): boolean {
  return key.includes(':') || key === 'cli-telemetry' || key === 'acknowledged-issue-numbers';
}
