/** What `npm start` was asked for. A wrong option is refused before anything starts. */
import { parseArgs } from 'node:util';

import { type Instant, parseInstant } from '../../functions/domain/time.ts';

export const USAGE = `npm start -- [--plan FILE] [--users FILE --chats FILE] [--script FILE] [--from INSTANT] [--until INSTANT] [--once]
             [--out DIR] [--tick MINUTES] [--chaos kill=SEED] [--port PORT]

  --plan FILE        the plan, YAML            (examples/instagram-e2ee.yaml)
  --users FILE       people, JSON Lines        (a generated audience of 500 people)
  --chats FILE       chats, JSON Lines
  --script FILE      what operators type and when, YAML
                     (two of them apply and activate the plan, and arm each cohort before its first wave)
  --from INSTANT     where the clock starts    (seven days before the first stage of the first cohort)
  --until INSTANT    where it stops            (when nothing is open any more)
  --once             exit at the end, with 0, or with 1 if a promise was broken or work was left
  --out DIR          where to write what the outside world saw
  --tick MINUTES     how far apart the minutely rule fires while all is quiet (60, 360 at most)
  --chaos kill=SEED  kill functions' processes at random, deliver every message twice
  --port PORT        of the mailbox pages      (any that is free)`;

/** Six hours: in whatever zone, some tick falls into the hours in which people may be mailed. */
const MOST_TICK = 360;

export interface Arguments {
  readonly plan: string;
  readonly audience: { readonly users: string; readonly chats: string } | undefined;
  readonly script: string | undefined;
  readonly from: Instant | undefined;
  readonly until: Instant | undefined;
  readonly once: boolean;
  readonly out: string | undefined;
  readonly tick: number;
  readonly chaos: number | undefined;
  readonly port: number;
}

/** Undefined: help was asked for. Throws a sentence that names what was given, what is allowed and what to do. */
export function readArguments(given: readonly string[]): Arguments | undefined {
  const { values } = parseArgs({
    args: [...given],
    options: {
      plan: { type: 'string', default: 'examples/instagram-e2ee.yaml' },
      users: { type: 'string' },
      chats: { type: 'string' },
      script: { type: 'string' },
      from: { type: 'string' },
      until: { type: 'string' },
      once: { type: 'boolean', default: false },
      out: { type: 'string' },
      tick: { type: 'string', default: '60' },
      chaos: { type: 'string' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { users, chats } = values;
  if ((users === undefined) !== (chats === undefined))
    throw new Error('--users and --chats belong together: give both, or neither for the generated audience');
  const seed = values.chaos === undefined ? undefined : /^kill=(\d{1,9})$/.exec(values.chaos)?.[1];
  if (values.chaos !== undefined && seed === undefined)
    throw new Error(`--chaos is "${values.chaos}"; allowed is kill=SEED with a whole number: --chaos kill=7`);
  const from = instantOf('from', values.from);
  const until = instantOf('until', values.until);
  if (from !== undefined && until !== undefined && until <= from)
    throw new Error('--until is not after --from: give a later instant, or leave it out to run to the end');
  return {
    plan: values.plan,
    audience: users === undefined || chats === undefined ? undefined : { users, chats },
    script: values.script,
    from,
    until,
    once: values.once,
    out: values.out,
    tick: wholeNumber('tick', values.tick, 1, MOST_TICK),
    chaos: seed === undefined ? undefined : Number(seed),
    port: wholeNumber('port', values.port, 0, 65_535),
  };
}

function instantOf(option: string, given: string | undefined): Instant | undefined {
  if (given === undefined) return undefined;
  try {
    return parseInstant(given);
  } catch (error) {
    throw new Error(`--${option}: ${(error as Error).message}`, { cause: error });
  }
}

function wholeNumber(option: string, given: string, least: number, most: number): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  throw new Error(`--${option} is "${given}"; allowed is a whole number from ${least} to ${most}`);
}
