/**
 * EventBridge: buses, rules with patterns or schedules, input transformers, and the PutEvents endpoint. Patterns
 * and expressions that are not understood are refused when the rules are read, not when the first event comes.
 */
import { createServer } from 'node:http';
import { type Instant, isoSeconds } from './clock.ts';
import { ACCOUNT, type Assembly, REGION, type Resource, only, refuse } from './template.ts';
import { type Wire, bodyOf, closeServer } from './wire.ts';

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

type Pattern = { [key: string]: Pattern | unknown[] };
type Test = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One element of a pattern's list as a test of one value of the event (undefined: the field is absent). */
function testOf(element: unknown): Test {
  if (!isObject(element)) {
    if (Array.isArray(element)) throw new Error(`event pattern: a list within a list: ${JSON.stringify(element)}`);
    return (value) => value === element;
  }
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(element);
  if (others.length === 0) {
    if (operator === 'exists') return (value) => (value !== undefined) === operand;
    if (operator === 'prefix' && typeof operand === 'string')
      return (value) => typeof value === 'string' && value.startsWith(operand);
    if (operator === 'anything-but' && !isObject(operand)) {
      const refused = Array.isArray(operand) ? operand : [operand];
      return (value) => value !== undefined && !refused.includes(value);
    }
  }
  throw new Error(
    `event pattern: ${JSON.stringify(element)} is not understood here: use values, prefix, exists or anything-but`,
  );
}

/** A pattern as a function of an event. Throws for what it does not understand. */
export function matcher(pattern: Pattern): (event: unknown) => boolean {
  const fields = Object.entries(pattern).map(([key, expected]): ((event: unknown) => boolean) => {
    const valueOf = (event: unknown) => (isObject(event) ? event[key] : undefined);
    if (isObject(expected)) {
      const matches = matcher(expected);
      return (event) => {
        const value = valueOf(event);
        return Array.isArray(value) ? value.some(matches) : matches(value);
      };
    }
    if (!Array.isArray(expected) || expected.length === 0)
      throw new Error(`event pattern: ${key} must be a list or an object, not ${JSON.stringify(expected)}`);
    const tests = expected.map(testOf);
    return (event) => {
      const value = valueOf(event);
      const values = Array.isArray(value) ? value : [value];
      return tests.some((test) => values.some(test));
    };
  });
  return (event) => fields.every((matches) => matches(event));
}

/** The value at a path such as `$.detail.mail.tags.sunset[0]`; undefined where there is none. */
export function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w:/-]+|\[\d+\])*$/.test(path)) throw new Error(`input path ${path} is not understood here`);
  let value = event;
  for (const [, key, index] of path.matchAll(/\.([\w:/-]+)|\[(\d+)\]/g)) {
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = isObject(value) ? value[key ?? ''] : undefined;
  }
  return value;
}

export interface InputTransformer {
  readonly InputPathsMap?: Record<string, string>;
  readonly InputTemplate: string;
}

/**
 * The input of a target as EventBridge writes it: a placeholder of its own becomes the JSON of its value, one within
 * quotes the bare text; of a path that the event has not, nothing (`""` outside quotes).
 */
export function transform(
  { InputPathsMap = {}, InputTemplate }: InputTransformer,
  event: BusEvent,
  rule: Resource,
  at: Instant,
): string {
  const { detail, ...envelope } = event;
  const reserved: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': isoSeconds(at),
    'aws.events.event': envelope,
    'aws.events.event.json': { ...envelope, detail },
  };
  const valueOf = (name: string): unknown => {
    if (name in reserved) return reserved[name];
    const path = InputPathsMap[name];
    if (path === undefined) throw new Error(`rule ${rule.name}: no input path for <${name}>`);
    return valueAt(event, path);
  };
  // A JSON string as a whole, or a placeholder outside of one.
  return InputTemplate.replace(/"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g, (found, bare: string | undefined) => {
    if (bare !== undefined) return JSON.stringify(valueOf(bare) ?? '');
    return found.replace(/<([\w.-]+)>/g, (_, name: string) => {
      const value = valueOf(name) ?? '';
      return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
    });
  });
}

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MINUTE = 60_000;
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export interface Schedule {
  /** Milliseconds between firings, of a rate; undefined for cron. */
  readonly period: number | undefined;
  /** The first firing after `instant`. */
  after(instant: Instant): Instant;
}

/** The set of numbers that one field of a cron expression names. */
function cronField(
  field: string,
  lowest: number,
  highest: number,
  names: readonly string[] = [],
  first = lowest,
): Set<number> {
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    const value = named >= 0 ? named + first : Number(text);
    if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < lowest || value > highest)
      throw new Error(`cron field ${field}: ${text} is not understood here`);
    return value;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to] = range.split('-');
    const every = range === '*' || range === '?';
    const start = every ? lowest : numberOf(from);
    const end = every || (to === undefined && part.includes('/')) ? highest : numberOf(to ?? from);
    for (let value = start; value <= end; value += Number(step)) values.add(value);
  }
  return values;
}

/** `rate(5 minutes)` or `cron(0 3 * * ? *)`, in UTC. Throws for what it does not understand. */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const period = Number(rate[1]) * (UNITS[rate[2] ?? ''] ?? 0);
    return { period, after: (instant) => (Math.floor(instant / period) + 1) * period };
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (!cron) throw new Error(`schedule ${expression} is not understood here: use rate(...) or cron(...)`);
  const [, minutes = '', hours = '', monthDays = '', months = '', weekDays = '', years = ''] = cron;
  const minute = cronField(minutes, 0, 59);
  const hour = cronField(hours, 0, 23);
  const monthDay = cronField(monthDays, 1, 31);
  const month = cronField(months, 1, 12, MONTH_NAMES);
  const weekDay = cronField(weekDays, 1, 7, DAY_NAMES);
  const year = cronField(years, 1970, 2199);
  const isDay = (date: Date) =>
    year.has(date.getUTCFullYear()) &&
    month.has(date.getUTCMonth() + 1) &&
    monthDay.has(date.getUTCDate()) &&
    weekDay.has(date.getUTCDay() + 1);
  return {
    period: undefined,
    after(instant) {
      let at = (Math.floor(instant / MINUTE) + 1) * MINUTE;
      for (const end = at + 10 * 366 * 86_400_000; at < end;) {
        const date = new Date(at);
        if (!isDay(date)) at = (Math.floor(at / 86_400_000) + 1) * 86_400_000;
        else if (!hour.has(date.getUTCHours())) at = (Math.floor(at / 3_600_000) + 1) * 3_600_000;
        else if (!minute.has(date.getUTCMinutes())) at += MINUTE;
        else return at;
      }
      throw new Error(`schedule ${expression} does not fire within ten years`);
    },
  };
}

interface Rule {
  readonly resource: Resource;
  readonly bus: string;
  readonly matches: ((event: unknown) => boolean) | undefined;
  readonly schedule: Schedule | undefined;
  readonly targets: readonly { arn: string; input(event: BusEvent): string }[];
  firedAt: Instant;
}

export interface EventBridge {
  readonly endpoint: string;
  /** An event of an AWS service on the default bus. */
  publish(detailType: string, source: string, detail: unknown): void;
  /** The next firing of a schedule. Rates below `thinnest` ms are thinned to it. */
  nextFiring(thinnest: number): Instant | undefined;
  /** Fires every rule that is due now. */
  fire(thinnest: number): void;
  close(): Promise<void>;
}

export interface EventBridgeOptions {
  readonly wire: Wire;
  readonly assembly: Pick<Assembly, 'ofType'>;
  now(): Instant;
  /** Hands an event's input to a function or a queue; false where there is none of this name. */
  deliver(targetArn: string, input: string): void;
  isTarget(arn: string): boolean;
  /** Every event that came through PutEvents. */
  onBusEvent(event: BusEvent, bus: string): void;
}

/** Of one PutEvents. */
const MOST_ENTRIES = 10;

const busName = (nameOrArn: string) => nameOrArn.replace(/^arn:.*:event-bus\//, '');

export async function startEventBridge(options: EventBridgeOptions): Promise<EventBridge> {
  const { wire, assembly, now, deliver, isTarget, onBusEvent } = options;
  const buses = new Set(['default', ...assembly.ofType('AWS::Events::EventBus').map(({ name }) => name)]);
  const started = now();
  const rules = assembly
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties['State'] !== 'DISABLED')
    .map(readRule);
  let events = 0;

  function readRule(resource: Resource): Rule {
    const { EventPattern, Targets } = resource.properties;
    const { ScheduleExpression, EventBusName } = resource.properties as Record<string, string | undefined>;
    const bus = busName(EventBusName ?? 'default');
    if (!buses.has(bus)) refuse(resource, `property EventBusName ${bus}`);
    const targets = ((Targets ?? []) as unknown[]).map((each) => {
      const { Arn, Input, InputPath, InputTransformer } = only(resource, 'Targets', each, [
        'Id',
        'Arn',
        'Input',
        'InputPath',
        'InputTransformer',
        // Deliveries do not fail here, and nobody needs permission.
        'RetryPolicy',
        'DeadLetterConfig',
        'RoleArn',
      ]);
      const arn = String(Arn);
      if (!isTarget(arn)) refuse(resource, `target ${arn}`);
      const input = (event: BusEvent) => {
        if (InputTransformer) return transform(InputTransformer as InputTransformer, event, resource, now());
        if (Input !== undefined) return Input as string;
        return JSON.stringify(InputPath === undefined ? event : valueAt(event, InputPath as string));
      };
      return { arn, input };
    });
    return {
      resource,
      bus,
      targets,
      matches: EventPattern === undefined ? undefined : matcher(EventPattern as Pattern),
      schedule: ScheduleExpression === undefined ? undefined : parseSchedule(ScheduleExpression),
      firedAt: started - 1,
    };
  }

  const nextId = () => `00000000-0000-4000-9000-${(++events).toString(16).padStart(12, '0')}`;

  function eventOf(
    source: string,
    detailType: string,
    detail: unknown,
    resources: readonly string[],
    at: Instant,
  ): BusEvent {
    return {
      version: '0',
      id: nextId(),
      'detail-type': detailType,
      source,
      account: ACCOUNT,
      time: isoSeconds(at),
      region: REGION,
      resources,
      detail,
    };
  }

  function put(event: BusEvent, bus: string): void {
    for (const rule of rules)
      if (rule.bus === bus && rule.matches?.(event))
        for (const { arn, input } of rule.targets) deliver(arn, input(event));
  }

  function firingOf({ schedule, firedAt }: Rule, thinnest: number): Instant | undefined {
    if (!schedule) return undefined;
    // A rule that was thinned until now goes on from now, not from when it last fired.
    const since = Math.max(firedAt, now() - 1);
    if (schedule.period === undefined || schedule.period >= thinnest) return schedule.after(since);
    return (Math.floor(since / thinnest) + 1) * thinnest;
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const answer = (status: number, content: object) => {
        response.statusCode = status;
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify(content));
      };
      const target = String(request.headers['x-amz-target']);
      if (target !== 'AWSEvents.PutEvents')
        return answer(400, {
          __type: 'UnknownOperationException',
          message: `EventBridge on this machine does not know ${target}`,
        });
      const { Entries } = JSON.parse(body) as {
        Entries: {
          Source: string;
          DetailType: string;
          Detail: string;
          EventBusName?: string;
          Resources?: string[];
          Time?: number;
        }[];
      };
      if (Entries.length === 0 || Entries.length > MOST_ENTRIES)
        return answer(400, {
          __type: 'ValidationException',
          message: `Member must have length less than or equal to ${MOST_ENTRIES}, and greater than or equal to 1`,
        });
      const results = Entries.map((entry) => {
        const bus = busName(entry.EventBusName ?? 'default');
        if (!buses.has(bus))
          return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
        let detail: unknown;
        try {
          detail = JSON.parse(entry.Detail);
        } catch {
          return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        }
        const at = entry.Time === undefined ? now() : entry.Time * 1000;
        const event = eventOf(entry.Source, entry.DetailType, detail, entry.Resources ?? [], at);
        onBusEvent(event, bus);
        put(event, bus);
        return { EventId: event.id };
      });
      return answer(200, { FailedEntryCount: results.filter((result) => result.ErrorCode).length, Entries: results });
    });
  });
  const endpoint = await wire.listen(server);

  return {
    endpoint,
    publish: (detailType, source, detail) => put(eventOf(source, detailType, detail, [], now()), 'default'),
    nextFiring(thinnest) {
      const firings = rules.map((rule) => firingOf(rule, thinnest)).filter((at) => at !== undefined);
      return firings.length > 0 ? Math.min(...firings) : undefined;
    },
    fire(thinnest) {
      for (const rule of rules) {
        if (firingOf(rule, thinnest) !== now()) continue;
        rule.firedAt = now();
        const event = eventOf('aws.events', 'Scheduled Event', {}, [rule.resource.arn], now());
        for (const { arn, input } of rule.targets) deliver(arn, input(event));
      }
    },
    close: () => closeServer(server),
  };
}
