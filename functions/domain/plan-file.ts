/**
 * The plan file: YAML that operators write, read once into a plan or refused. A refused file gets all its errors
 * together, each with the path and line of the value, what was given, what is allowed; half a plan never leaves here.
 *
 * Every scalar is read as the text that stands in the file (YAML's failsafe schema): `NO` is Norway, `1 %` is a
 * percentage, a date is a date. First each value is judged alone, then those that passed are judged together, so a
 * mistake in one line does not hide one in another. Whether dates can still be reached depends on when the plan is
 * activated: `checkReachable`.
 */
import { createHash } from 'node:crypto';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { sealedFrom } from './group.ts';
import type { CohortMatch, CohortPlan, GuardRails, LadderStage, Localised, Plan } from './plan.ts';
import {
  addDays,
  daysBetween,
  endInstant,
  HOUR,
  type Instant,
  isLocalDate,
  isoInstant,
  isZone,
  localDateAt,
  type LocalDate,
  localInstant,
  parseInstant,
  startOfDay,
  EARLIEST_ZONE,
} from './time.ts';

export interface PlanError {
  /** `cohorts[1].endDate`; empty for the file as a whole. */
  readonly path: string;
  /** From 1; null where a plan is judged that did not come from a file. */
  readonly line: number | null;
  readonly given: string;
  readonly allowed: string;
  /** All of it, for a person. */
  readonly sentence: string;
}

export type ParsedPlan = { readonly plan: Plan } | { readonly errors: readonly PlanError[] };

/** A plan is one item of a table, with room for what stands beside it. */
const LONGEST_FILE = 200_000;
const LONGEST_TEXT = 2_000;

// --- What a file may hold -------------------------------------------------------------------------------------

const DEFAULT_STAGES: readonly LadderStage[] = [
  { name: 'd35', days: 35, required: true },
  { name: 'd14', days: 14, required: false },
  { name: 'd7', days: 7, required: false },
  { name: 'd1', days: 1, required: true },
];

/** The guard rails under the names they have in the file, where units are written with the values. */
interface RailsInFile {
  readonly minimumNotice: number;
  readonly margin: number;
  readonly requiredNotices: number;
  readonly finalNotice: number;
  readonly finalWithin: number;
  readonly closedFrom: Instant;
  readonly waves: readonly number[];
  readonly soak: number;
  readonly disableRate: number;
  readonly restoreWindow: number;
  readonly headCountTolerance: number;
  readonly breakers: Draft<GuardRails['breakers']>;
  readonly sendShare: number;
}

interface StageInFile {
  readonly name: string;
  readonly days: number;
  readonly required: boolean;
}

interface PlanInFile {
  readonly sunset: string;
  readonly feature: Localised;
  readonly reason: Localised;
  readonly whatChanges: Localised;
  readonly dataFate: Localised;
  readonly exportInstructions: Localised;
  readonly alternatives: readonly Draft<Plan['alternatives'][number]>[];
  readonly support: Draft<Plan['support']>;
  readonly sender: Draft<Plan['sender']>;
  readonly timeZone: string;
  readonly stages: readonly Draft<StageInFile>[];
  readonly sendHour: number;
  readonly sendWindow: Draft<Plan['sendWindow']>;
  readonly cohorts: readonly Draft<CohortInFile>[];
  readonly guardRails: Draft<RailsInFile>;
}

interface CohortInFile {
  readonly id: string;
  readonly match: Draft<CohortMatch>;
  readonly endDate: LocalDate;
}

/** What could be read of a record: a key is absent where its value was refused. */
type Draft<T> = { readonly [K in keyof T]?: T[K] };

// --- Reading one value ----------------------------------------------------------------------------------------

interface Place {
  readonly path: string;
  readonly node: Node | null;
}

/** The file while it is read: where each path stands, and what was refused. */
interface Reading {
  readonly lineOf: (node: Node) => number | undefined;
  readonly lines: Map<string, number>;
  readonly errors: PlanError[];
}

/** Gives undefined, having said why, for what it refuses. */
type Reader<T> = (at: Place, file: Reading) => T | undefined;

interface Field<T> {
  readonly read: Reader<T>;
  /** Stands for an absent key; without one the key is needed. */
  readonly otherwise?: T;
  /** What to tell who left out a needed key. */
  readonly needed?: string;
}

function explain(path: string, line: number | null, given: string, allowed: string, hint = ''): PlanError {
  const where = [line === null ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ') || 'the file';
  return {
    path,
    line,
    given,
    allowed,
    sentence: `${where}: given ${given}; allowed: ${allowed}${hint && `; ${hint}`}`,
  };
}

function refuse(file: Reading, path: string, given: string, allowed: string, hint?: string): undefined {
  file.errors.push(explain(path, lineAt(file, path), given, allowed, hint));
}

/** The line of a path, or, for what the file leaves out, of what it would stand in. */
function lineAt(file: Reading, path: string): number {
  let nearest = path;
  while (nearest !== '') {
    const line = file.lines.get(nearest);
    if (line !== undefined) return line;
    const shorter = nearest.replace(/(\.[^.[]+|\[[^\]]*\]|^[^.[]+)$/, '');
    if (shorter === nearest) break;
    nearest = shorter;
  }
  return 1;
}

/** A value as it stands in the file, shortened. */
function shown(node: Node | null): string {
  if (isScalar(node)) return quoted(String(node.value));
  if (isMap(node))
    return node.items.length === 0
      ? 'an empty map'
      : `a map of ${node.items.map(({ key }) => keyText(key)).join(', ')}`;
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : `a list of ${node.items.length}`;
  return node === null ? 'nothing' : 'an alias';
}

function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'nothing' : `"${line.length > 80 ? `${line.slice(0, 77)}...` : line}"`;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '?';
}

function scalar(at: Place): string | undefined {
  return isScalar(at.node) ? String(at.node.value).trim() : undefined;
}

/** A scalar that `parse` understands. */
function value<T>(allowed: string, parse: (text: string) => T | undefined): Reader<T> {
  return (at, file) => {
    const text = scalar(at);
    const read = text === undefined ? undefined : parse(text);
    return read === undefined ? refuse(file, at.path, shown(at.node), allowed) : read;
  };
}

function within(number: number, least: number, most: number): number | undefined {
  return number >= least && number <= most ? number : undefined;
}

function whole(what: string, least: number, most: number): Reader<number> {
  return value(`${what}, a whole number from ${least} to ${most}`, (text) =>
    /^\d{1,9}$/.test(text) ? within(Number(text), least, most) : undefined,
  );
}

/** `0.08 %`. Without its sign a number could mean a share of one: refused. */
function percent(least: number, most: number): Reader<number> {
  return value(`a percentage from ${least} % to ${most} %, with its sign, up to two decimals`, (text) => {
    const number = /^(\d{1,3}(?:\.\d{1,2})?) ?%$/.exec(text)?.[1];
    return number === undefined ? undefined : within(Number(number), least, most);
  });
}

const HOURS_OF = { hour: 1, day: 24, week: 168 } as const;

/** `30 days`, `24 hours`, `5 weeks`, as a whole number of `unit`. */
function duration(unit: 'hour' | 'day', least: number, most: number): Reader<number> {
  return value(`a duration from ${least} to ${most} ${unit}s, as in "${Math.max(least, 2)} ${unit}s"`, (text) => {
    const [, number, named] = /^(\d{1,6}) ?(hour|day|week)s?$/.exec(text) ?? [];
    if (number === undefined || named === undefined) return undefined;
    const units = (Number(number) * HOURS_OF[named as keyof typeof HOURS_OF]) / HOURS_OF[unit];
    return Number.isInteger(units) ? within(units, least, most) : undefined;
  });
}

function perSecond(least: number, most: number): Reader<number> {
  return value(`a rate from ${least} to ${most} per second, as in "50 per second"`, (text) => {
    const number = /^(\d{1,6}) ?(?:per second|\/ ?s)$/.exec(text)?.[1];
    return number === undefined ? undefined : within(Number(number), least, most);
  });
}

const yesOrNo: Reader<boolean> = value('true or false', (text) =>
  text === 'true' ? true : text === 'false' ? false : undefined,
);

const date: Reader<LocalDate> = value('a day that exists, as YYYY-MM-DD', (text) =>
  isLocalDate(text) ? text : undefined,
);

const instant: Reader<Instant> = value('an instant with its zone, as in 2026-04-10T00:00:00Z', (text) => {
  try {
    return parseInstant(text);
  } catch {
    return undefined;
  }
});

const zone: Reader<string> = value('a zone of the IANA database, as in Europe/Berlin or UTC; no offset', (text) =>
  isZone(text) ? text : undefined,
);

function identifier(allowed: string, pattern: RegExp): Reader<string> {
  return value(allowed, (text) => (pattern.test(text) ? text : undefined));
}

const address: Reader<string> = value('an e-mail address, as in notices@example.com', (text) =>
  text.length <= 254 &&
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i.test(text)
    ? text
    : undefined,
);

const pageAddress: Reader<string> = value('an address that begins with https://', (text) =>
  /^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(?:[/?#][^\s"<>{}\\]*)?$/i.test(text) ? text : undefined,
);

/** A name that stands in a mail's header: one line, nothing that a header gives a meaning. */
const headerName: Reader<string> = value('one line of up to 80 characters without quotes, brackets or @', (text) =>
  // oxlint-disable-next-line no-control-regex
  text !== '' && text.length <= 80 && !/["<>@\\{}\u0000-\u001f\u007f]/.test(text) ? text : undefined,
);

const LINK = /https?:|www\.|:\/\/|\b[a-z0-9-]+\.[a-z]{2,}\/\S/i;

/** Text that goes into mail. Links are refused: the only ones in our mail are the support page and our own. */
const words: Reader<string> = (at, file) => {
  const text = scalar(at);
  if (text === undefined || text === '' || text === '~' || text === 'null') {
    return refuse(file, at.path, shown(at.node), 'a text that people are to read');
  }
  if (text.length > LONGEST_TEXT) {
    return refuse(file, at.path, `${text.length} characters`, `up to ${LONGEST_TEXT} characters`);
  }
  const link = /\S*(?:https?:|www\.|:\/\/)\S*/i.exec(text)?.[0] ?? (LINK.test(text) ? text : undefined);
  if (link !== undefined) {
    return refuse(
      file,
      at.path,
      quoted(link),
      'text without links',
      'say where in the app to go; the help page is support.url',
    );
  }
  if (/\{\{|\}\}/.test(text)) return refuse(file, at.path, '"{{" or "}}"', 'text without template marks');
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) {
    return refuse(file, at.path, 'a control character', 'printable text and line breaks');
  }
  return text;
};

/** One text is English; a map has a text for each language, English among them. */
const localised: Reader<Localised> = (at, file) => {
  if (!isMap(at.node)) {
    const text = words(at, file);
    return text === undefined ? undefined : { en: text };
  }
  const texts: Record<string, string> = {};
  let complete = true;
  for (const place of entries(at, file)) {
    const tag = place.key;
    if (canonicalTag(tag) !== tag) {
      const meant = canonicalTag(tag);
      refuse(file, place.path, quoted(tag), 'a language tag, as in en or pt-BR', meant && `did you mean "${meant}"?`);
      complete = false;
      continue;
    }
    const text = words(place, file);
    if (text === undefined) complete = false;
    else texts[tag] = text;
  }
  if (complete && texts['en'] === undefined) {
    return refuse(file, at.path, shown(at.node), 'a map of languages with en, the last fallback');
  }
  return complete ? texts : undefined;
};

function canonicalTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** `UK` is not in ISO 3166-1, though everybody understands it: who writes it would match nobody. */
function isCountry(text: string): boolean {
  const isGroup = ['ZZ', 'EU', 'EZ', 'UN', 'XA', 'XB', 'QO'].includes(text);
  if (!/^[A-Z]{2}$/.test(text) || isGroup) return false;
  return canonicalTag(`und-${text}`) === `und-${text}` && regionNames.of(text) !== undefined;
}

const country: Reader<string> = (at, file) => {
  const text = scalar(at) ?? '';
  if (text === '*' || isCountry(text)) return text;
  const meant = canonicalTag(`und-${text}`)?.slice(4);
  const hint = meant !== undefined && meant !== text && isCountry(meant) ? `did you mean "${meant}"?` : undefined;
  return refuse(
    file,
    at.path,
    shown(at.node),
    'an ISO 3166-1 code in capitals, as in DE, or "*" for every other country',
    hint,
  );
};

/** One country may stand without its list. */
const countries: Reader<readonly string[]> = (at, file) => {
  if (!isScalar(at.node)) return list(country, 1, 250, 'countries')(at, file);
  const one = country(at, file);
  return one === undefined ? undefined : [one];
};

// --- Reading lists and records --------------------------------------------------------------------------------

function entries(at: Place, file: Reading): (Place & { readonly key: string })[] {
  if (!isMap(at.node)) return [];
  return at.node.items.map(({ key, value: node }) => {
    const name = keyText(key);
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const line = file.lineOf(key as Node);
    if (line !== undefined) file.lines.set(path, line);
    return { key: name, path, node: (node ?? null) as Node | null };
  });
}

function list<T>(read: Reader<T>, least: number, most: number, what: string): Reader<readonly T[]> {
  return (at, file) => {
    const allowed = `a list of ${least} to ${most} ${what}`;
    if (!isSeq(at.node)) return refuse(file, at.path, shown(at.node), allowed);
    const { items } = at.node;
    if (items.length < least || items.length > most) return refuse(file, at.path, shown(at.node), allowed);
    const values = items.map((item, index) => {
      const place = { path: `${at.path}[${index}]`, node: (item ?? null) as Node | null };
      const line = place.node === null ? undefined : file.lineOf(place.node);
      if (line !== undefined) file.lines.set(place.path, line);
      return read(place, file);
    });
    return values.includes(undefined) ? undefined : (values as T[]);
  };
}

/** What could be read of a map; undefined only where there is no map. */
function record<T extends object>(fields: { readonly [K in keyof T & string]: Field<T[K]> }): Reader<Draft<T>> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  return (at, file) => {
    if (!isMap(at.node)) return refuse(file, at.path, shown(at.node), `a map of ${keys.join(', ')}`);
    const places = new Map<string, Place>();
    const misspelt = new Set<string>();
    for (const place of entries(at, file)) {
      if (!keys.includes(place.key as keyof T & string)) {
        const meant = nearest(place.key, keys);
        refuse(file, place.path, `the unknown key ${quoted(place.key)}`, keys.join(', '), `did you mean "${meant}"?`);
        if (distance(place.key, meant) <= 2) misspelt.add(meant);
      } else places.set(place.key, place);
    }
    const draft: { [K in keyof T]?: T[K] } = {};
    for (const key of keys) {
      const field = fields[key];
      const place = places.get(key);
      const path = at.path === '' ? key : `${at.path}.${key}`;
      if (place !== undefined) {
        const read = field.read(place, file);
        if (read !== undefined) draft[key] = read;
      } else if (misspelt.has(key)) continue;
      else if (field.otherwise !== undefined) draft[key] = field.otherwise;
      else refuse(file, path, 'nothing', field.needed ?? `${key} is needed and has no default`);
    }
    return draft;
  };
}

/** The key that is most probably meant. */
function nearest(name: string, keys: readonly string[]): string {
  return keys.reduce((best, key) => (distance(name, key) < distance(name, best) ? key : best));
}

/** Letters to change (Levenshtein); a key cut short or with something appended is near too. */
function distance(name: string, key: string): number {
  const [given, wanted] = [name.slice(0, 80).toLowerCase(), key.toLowerCase()];
  const isPart = given !== '' && (given.startsWith(wanted) || wanted.startsWith(given));
  return Math.min(lettersBetween(given, wanted), isPart ? 1.5 : Number.POSITIVE_INFINITY);
}

function lettersBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

// --- The shape of a plan --------------------------------------------------------------------------------------

const ID = 'a to z, 0 to 9 and -, up to 40 characters';

const stage: Reader<Draft<StageInFile>> = (at, file) => {
  const draft = record<{ name: string; days: number; required: boolean }>({
    name: { read: identifier('d and its days, as in d35', /^d\d{1,3}$/), otherwise: '' },
    days: { read: duration('day', 1, 365), needed: 'days is needed: days before the end date, as in "35 days"' },
    required: { read: yesOrNo, otherwise: false },
  })(at, file);
  if (draft?.days === undefined || draft.name === undefined) return draft;
  const name = `d${draft.days}`;
  if (draft.name !== '' && draft.name !== name) {
    return refuse(file, `${at.path}.name`, quoted(draft.name), `${name}, since its days are ${draft.days}`);
  }
  return { ...draft, name };
};

const breakers = record<GuardRails['breakers']>({
  minimumSample: { read: whole('delivery outcomes', 1, 1_000_000), otherwise: 1000 },
  // Amazon reviews an account from 5 % bounces and 0.1 % complaints, and stops it at 10 % and 0.5 %: we stop first.
  bounces: { read: percent(0.1, 4.9), otherwise: 4 },
  complaints: { read: percent(0.01, 0.09), otherwise: 0.08 },
  suppressed: { read: percent(0.1, 100), otherwise: 10 },
});
const DEFAULT_BREAKERS: GuardRails['breakers'] = { minimumSample: 1000, bounces: 4, complaints: 0.08, suppressed: 10 };

const guardRails = record<RailsInFile>({
  minimumNotice: { read: duration('day', 1, 360), otherwise: 30 },
  margin: { read: duration('day', 1, 60), otherwise: 5 },
  // Fewer than two cannot be both early enough and recent enough.
  requiredNotices: { read: whole('notices', 2, 10), otherwise: 2 },
  finalNotice: { read: duration('hour', 1, 240), otherwise: 24 },
  finalWithin: { read: duration('day', 1, 30), otherwise: 10 },
  closedFrom: {
    read: instant,
    needed: 'closedFrom is needed: the instant from which the platform starts no new encryption',
  },
  waves: { read: list(percent(0.01, 100), 2, 20, 'percentages'), otherwise: [1, 100] },
  soak: { read: duration('hour', 1, 720), otherwise: 24 },
  disableRate: { read: perSecond(1, 1000), otherwise: 50 },
  restoreWindow: { read: duration('hour', 1, 720), otherwise: 72 },
  headCountTolerance: { read: percent(0, 20), otherwise: 2 },
  breakers: { read: breakers, otherwise: DEFAULT_BREAKERS },
  sendShare: { read: percent(1, 100), otherwise: 90 },
});

const document = record<PlanInFile>({
  sunset: { read: identifier(`a name of ${ID}, beginning with a letter`, /^[a-z][a-z0-9-]{0,31}$/) },
  feature: { read: localised, needed: 'feature is needed: what is retired, in people’s words' },
  reason: { read: localised, needed: 'reason is needed: why it is retired' },
  whatChanges: { read: localised, needed: 'whatChanges is needed: what is different after the end date' },
  dataFate: { read: localised, needed: 'dataFate is needed: what happens to data that nobody saved' },
  exportInstructions: {
    read: localised,
    needed: 'exportInstructions is needed: where in the app people save their data',
  },
  alternatives: {
    read: list(
      record<Plan['alternatives'][number]>({ name: { read: headerName }, description: { read: localised } }),
      0,
      10,
      'alternatives',
    ),
    otherwise: [],
  },
  support: { read: record<Plan['support']>({ url: { read: pageAddress }, email: { read: address } }) },
  sender: {
    read: record<Plan['sender']>({
      name: { read: headerName },
      address: { read: address },
      replyTo: { read: address },
      postalAddress: { read: words },
    }),
  },
  timeZone: { read: zone, otherwise: 'UTC' },
  stages: { read: list(stage, 2, 20, 'stages'), otherwise: DEFAULT_STAGES },
  sendHour: { read: whole('an hour', 0, 23), otherwise: 10 },
  sendWindow: {
    read: record<Plan['sendWindow']>({
      from: { read: whole('an hour', 9, 19), otherwise: 9 },
      to: { read: whole('an hour', 10, 20), otherwise: 20 },
    }),
    otherwise: { from: 9, to: 20 },
  },
  cohorts: {
    read: list(
      record<CohortInFile>({
        id: { read: identifier(`an id of ${ID}`, /^[a-z0-9-]{1,40}$/) },
        match: {
          read: record<CohortMatch>({
            countries: {
              read: countries,
              needed: 'countries is needed: ISO 3166-1 codes, or "*" for every other country',
            },
            percentage: { read: percent(1, 100), otherwise: 100 },
          }),
        },
        endDate: { read: date, needed: 'endDate is needed: the last day with the feature, as YYYY-MM-DD' },
      }),
      1,
      100,
      'cohorts',
    ),
  },
  guardRails: { read: guardRails },
});

// --- Values that must fit together ----------------------------------------------------------------------------

function checkTogether(draft: Draft<PlanInFile>, file: Reading): void {
  checkSending(draft, file);
  checkStages(draft, file);
  checkCohorts(draft.cohorts ?? [], file);
  checkWaves(draft.guardRails?.waves, file);
  checkClosing(draft, file);
}

function checkSending({ sendHour, sendWindow }: Draft<PlanInFile>, file: Reading): void {
  const { from, to } = sendWindow ?? {};
  if (from === undefined || to === undefined) return;
  if (from >= to) {
    refuse(file, 'sendWindow', `from ${from} to ${to}`, 'a window that ends after it begins, within 9 to 20');
  } else if (sendHour !== undefined && (sendHour < from || sendHour >= to)) {
    refuse(file, 'sendHour', `${sendHour}`, `an hour inside the send window, ${from} to ${to - 1}`);
  }
}

/**
 * The ladder must be able to keep promises 3 and 4 for somebody who has stopped reminders, so for the required
 * stages alone: enough of them, the first early enough, the last recent enough and yet in time.
 */
function checkStages(draft: Draft<PlanInFile>, file: Reading): void {
  const stages = draft.stages ?? [];
  const rails = draft.guardRails ?? {};
  stages.forEach(({ days }, index) => {
    const before = stages[index - 1]?.days;
    if (days === undefined || before === undefined || days < before) return;
    const given = `${days} days after ${before} days`;
    refuse(
      file,
      `stages[${index}].days`,
      given,
      `fewer than ${before} days: each stage is nearer to the end date than the one before`,
    );
  });
  const readable = stages.every(({ days, required: isRequired }) => days !== undefined && isRequired !== undefined);
  if (draft.stages === undefined || !readable) return;

  const required = stages.flatMap(({ days, required: isRequired }) =>
    isRequired === true && days !== undefined ? [days] : [],
  );
  const wanted = Math.max(2, rails.requiredNotices ?? 2);
  if (required.length < wanted) {
    refuse(
      file,
      'stages',
      `${required.length} required`,
      `at least ${wanted} stages with "required: true", as many as requiredNotices`,
    );
  }
  const first = Math.max(...required);
  const { minimumNotice, margin, finalNotice, finalWithin } = rails;
  if (required.length > 0 && minimumNotice !== undefined && margin !== undefined && first < minimumNotice + margin) {
    const least = minimumNotice + margin;
    const path = `stages[${Math.max(
      0,
      stages.findIndex(({ days }) => days === first),
    )}].days`;
    const allowed = `at least ${least} days: minimumNotice (${minimumNotice}) and margin (${margin}) before the end date`;
    refuse(
      file,
      path,
      `${first} days for the first required stage`,
      allowed,
      'the end date could not be reached with the minimum notice',
    );
  }
  const last = Math.min(...required);
  if (required.length > 1 && finalWithin !== undefined && last > finalWithin) {
    const path = `stages[${Math.max(
      0,
      stages.findIndex(({ days }) => days === last),
    )}].days`;
    refuse(
      file,
      path,
      `${last} days for the last required stage`,
      `at most ${finalWithin} days, the plan's finalWithin`,
    );
  }
  checkFinalNotice(draft, stages.length - 1, finalNotice, file);
}

/** Where clocks go forward after the last stage an hour is missing, so every zone is asked about every end date. */
function checkFinalNotice(
  draft: Draft<PlanInFile>,
  index: number,
  finalNotice: number | undefined,
  file: Reading,
): void {
  const days = draft.stages?.[index]?.days;
  const { sendHour } = draft;
  if (days === undefined || sendHour === undefined || finalNotice === undefined) return;
  const endDates = new Set((draft.cohorts ?? []).flatMap(({ endDate }) => (endDate === undefined ? [] : [endDate])));
  const left = [...endDates].flatMap((endDate) =>
    Intl.supportedValuesOf('timeZone').map((name) => ({
      name,
      endDate,
      hours: (endInstant(endDate, name) - localInstant(addDays(endDate, -days), sendHour, name)) / HOUR,
    })),
  );
  const shortest = left.reduce<(typeof left)[number] | undefined>(
    (a, b) => (a === undefined || b.hours < a.hours ? b : a),
    undefined,
  );
  if (shortest === undefined || shortest.hours >= finalNotice) return;
  const given = `${days} day${days === 1 ? '' : 's'} at ${sendHour}:00, ${shortest.hours} hours before the end of ${shortest.endDate} in ${shortest.name}`;
  refuse(
    file,
    `stages[${index}].days`,
    given,
    `a last stage at least ${finalNotice} hours (finalNotice) before the end in every zone`,
  );
}

function checkCohorts(cohorts: readonly Draft<CohortInFile>[], file: Reading): void {
  if (cohorts.length === 0) return;
  const ids = new Map<string, number>();
  /** By its countries in order, the places of the cohorts that share them. */
  const sets = new Map<string, number[]>();
  /** By country, the set and the place that named it first. */
  const namedBy = new Map<string, { set: string; index: number }>();
  cohorts.forEach(({ id, match }, index) => {
    if (id !== undefined) {
      const before = ids.get(id);
      if (before === undefined) ids.set(id, index);
      else refuse(file, `cohorts[${index}].id`, quoted(id), `an id of its own: cohorts[${before}] has this one`);
    }
    const named = match?.countries;
    if (named === undefined) return;
    const path = `cohorts[${index}].match.countries`;
    const twice = named.find((code, place) => named.indexOf(code) !== place);
    if (twice !== undefined) refuse(file, path, `${quoted(twice)} twice`, 'each country once');
    if (named.includes('*') && named.length > 1) {
      refuse(file, path, `"*" among ${named.length} countries`, '"*" alone: every country that no other cohort names');
    }
    const set = [...new Set(named)].sort().join(' ');
    for (const code of new Set(named)) {
      const before = namedBy.get(code);
      if (before === undefined) namedBy.set(code, { set, index });
      else if (before.set !== set) {
        const allowed = `each country in one set of countries: cohorts[${before.index}] names it beside others`;
        refuse(file, path, quoted(code), allowed, 'cohorts share countries only if they name exactly the same ones');
      }
    }
    sets.set(set, [...(sets.get(set) ?? []), index]);
  });
  const readable = cohorts.every(({ match }) => match?.countries !== undefined && match.percentage !== undefined);
  if (!readable) return;
  for (const [set, places] of sets) {
    const sum =
      places.reduce((total, place) => total + Math.round(100 * (cohorts[place]?.match?.percentage ?? 0)), 0) / 100;
    if (sum === 100) continue;
    const path = `cohorts[${places.at(-1) ?? 0}].match.percentage`;
    const who = set.length > 60 ? `${set.slice(0, 57)}...` : set;
    refuse(
      file,
      path,
      `${sum} % in all for ${who}`,
      'percentages that add up to 100 % among the cohorts that name the same countries',
    );
  }
  if (!namedBy.has('*')) {
    refuse(
      file,
      'cohorts',
      `${[...ids.keys()].join(', ')}`,
      'one cohort or more with countries "*", for everybody whom no other names',
    );
  }
}

function checkWaves(waves: readonly number[] | undefined, file: Reading): void {
  if (waves === undefined) return;
  const fall = waves.findIndex((wave, index) => index > 0 && wave <= (waves[index - 1] ?? 0));
  if (fall > 0) {
    refuse(
      file,
      `guardRails.waves[${fall}]`,
      `${waves[fall]} % after ${waves[fall - 1]} %`,
      'each wave larger than the one before',
    );
  }
  const last = waves.at(-1);
  if (last !== 100)
    refuse(file, `guardRails.waves[${waves.length - 1}]`, `${last} % as the last wave`, '100 % as the last wave');
}

/** New encryption must have stopped before the first day on which anybody can lose it. */
function checkClosing(draft: Draft<PlanInFile>, file: Reading): void {
  const closedFrom = draft.guardRails?.closedFrom;
  const endDates = (draft.cohorts ?? []).flatMap(({ endDate }) => (endDate === undefined ? [] : [endDate])).sort();
  const [earliest] = endDates;
  if (closedFrom === undefined || earliest === undefined) return;
  const limit = startOfDay(earliest, EARLIEST_ZONE);
  if (closedFrom < limit) return;
  const allowed = `an instant before ${isoInstant(limit)}, when the earliest end date, ${earliest}, begins`;
  refuse(file, 'guardRails.closedFrom', quoted(isoInstant(closedFrom)), allowed);
}

// --- What others call -----------------------------------------------------------------------------------------

/**
 * Reads a plan file.
 * @returns the plan, or every reason why there is none, in the order of the file.
 */
export function parsePlan(yaml: string): ParsedPlan {
  if (yaml.length > LONGEST_FILE) {
    return { errors: [explain('', null, `${yaml.length} characters`, `a file of up to ${LONGEST_FILE} characters`)] };
  }
  const counter = new LineCounter();
  const parsed = parseDocument(yaml, {
    lineCounter: counter,
    schema: 'failsafe',
    version: '1.2',
    prettyErrors: false,
    merge: false,
  });
  const file: Reading = {
    lineOf: (node) => (node?.range ? counter.linePos(node.range[0]).line : undefined),
    lines: new Map(),
    errors: [],
  };
  for (const problem of [...parsed.errors, ...parsed.warnings]) {
    const { line } = counter.linePos(problem.pos[0]);
    const given = quoted(yaml.split('\n')[line - 1] ?? '');
    const allowed = problem.code === 'DUPLICATE_KEY' ? 'each key once' : `YAML 1.2: ${problem.message}`;
    const hint = problem.code === 'BAD_ALIAS' ? 'write a star in quotes: "*"' : '';
    file.errors.push(explain('', line, given, allowed, hint));
  }
  // A file with a key twice can still be judged; one that is not YAML cannot.
  if ([...parsed.errors, ...parsed.warnings].some(({ code }) => code !== 'DUPLICATE_KEY'))
    return { errors: file.errors };

  const draft = document({ path: '', node: parsed.contents }, file) ?? {};
  checkTogether(draft, file);
  if (file.errors.length > 0) return { errors: file.errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
  return { plan: planOf(draft as PlanInFile) };
}

/** Without errors no key of a draft is absent. */
function planOf(file: PlanInFile): Plan {
  const rails = file.guardRails as RailsInFile;
  return {
    sunset: file.sunset,
    feature: file.feature,
    reason: file.reason,
    whatChanges: file.whatChanges,
    dataFate: file.dataFate,
    exportInstructions: file.exportInstructions,
    alternatives: file.alternatives as Plan['alternatives'],
    support: file.support as Plan['support'],
    sender: file.sender as Plan['sender'],
    timeZone: file.timeZone,
    stages: file.stages as readonly LadderStage[],
    sendHour: file.sendHour,
    sendWindow: file.sendWindow as Plan['sendWindow'],
    cohorts: file.cohorts as readonly CohortPlan[],
    guardRails: {
      minimumNoticeDays: rails.minimumNotice,
      marginDays: rails.margin,
      requiredNotices: rails.requiredNotices,
      finalNoticeHours: rails.finalNotice,
      finalWithinDays: rails.finalWithin,
      closedFrom: rails.closedFrom,
      waves: rails.waves,
      soakHours: rails.soak,
      disablePerSecond: rails.disableRate,
      restoreWindowHours: rails.restoreWindow,
      headCountTolerance: rails.headCountTolerance,
      breakers: rails.breakers as GuardRails['breakers'],
      sendShare: rails.sendShare,
    },
  };
}

/**
 * Whether a plan activated at `now` can still tell everybody in time: each cohort's groups, in whichever zone, must
 * still take members, which they do until a day before their first notice.
 */
export function checkReachable(plan: Plan, now: Instant): PlanError[] {
  const today = localDateAt(now, EARLIEST_ZONE);
  return plan.cohorts.flatMap(({ endDate }, index) => {
    if (now < sealedFrom(plan, endDate, EARLIEST_ZONE)) return [];
    const first = Math.max(...plan.stages.map(({ days }) => days));
    let earliest = addDays(today, first);
    while (now >= sealedFrom(plan, earliest, EARLIEST_ZONE)) earliest = addDays(earliest, 1);
    const notice = `its first notice is due ${first} days before, and people must be enrolled a day before that`;
    const late = daysBetween(endDate, earliest);
    return [
      explain(
        `cohorts[${index}].endDate`,
        null,
        `"${endDate}" at ${isoInstant(now)}`,
        `${earliest} or later`,
        `${notice}; move it by at least ${late} day${late === 1 ? '' : 's'}`,
      ),
    ];
  });
}

/** sha256, hex, of the plan as JSON with its keys in order: two people who see the same hash approve the same content. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonical(plan), 'utf8').digest('hex');
}

function canonical(given: unknown): string {
  if (Array.isArray(given)) return `[${given.map(canonical).join(',')}]`;
  if (typeof given !== 'object' || given === null) return JSON.stringify(given);
  const members = Object.entries(given).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
