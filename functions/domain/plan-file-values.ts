/**
 * Reading a plan file value by value: each reader gives what it has understood, or undefined, having said with path and
 * line what was given and what is allowed. Lists and records are readers made of readers.
 */
import { isMap, isScalar, isSeq, type Node, Scalar } from 'yaml';
import { isAddress } from './address.ts';
import { canonicalTag, LANGUAGES } from './language.ts';
import { closest, distanceOf } from './nearest.ts';
import type { Localised, Plan } from './plan.ts';
import { isPrintable, printable } from './printable.ts';
import { type Instant, isLocalDate, isZone, type LocalDate, parseInstant } from './time.ts';

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

/** What could be read of a record: a key is absent where its value was refused. */
export type Draft<T> = { readonly [K in keyof T]?: T[K] };

const LONGEST_TEXT = 2_000;

export interface Place {
  readonly path: string;
  readonly node: Node | null;
}

/** The file while it is read: where each path stands, and what was refused. */
export interface Reading {
  readonly lineOf: (node: Node) => number | undefined;
  readonly lines: Map<string, number>;
  readonly errors: PlanError[];
}

/** Gives undefined, having said why, for what it refuses. */
export type Reader<T> = (at: Place, file: Reading) => T | undefined;

export interface Field<T> {
  readonly read: Reader<T>;
  /** Stands for an absent key; without one the key is needed. */
  readonly otherwise?: T;
  /** What to tell who left out a needed key. */
  readonly needed?: string;
}

export function explain(path: string, line: number | null, given: string, allowed: string, hint = ''): PlanError {
  const where = [line === null ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ') || 'the file';
  return {
    path,
    line,
    given,
    allowed,
    // It quotes the file, and goes to a terminal.
    sentence: printable(`${where}: given ${given}; allowed: ${allowed}${hint && `; ${hint}`}`),
  };
}

export function refuse(file: Reading, path: string, given: string, allowed: string, hint?: string): undefined {
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

export function quoted(text: string): string {
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

export function whole(what: string, least: number, most: number): Reader<number> {
  return value(`${what}, a whole number from ${least} to ${most}`, (text) =>
    /^\d{1,9}$/.test(text) ? within(Number(text), least, most) : undefined,
  );
}

/** `0.08 %`. Without its sign a number could mean a share of one: refused. */
export function percent(least: number, most: number): Reader<number> {
  return value(`a percentage from ${least} % to ${most} %, with its sign, up to two decimals`, (text) => {
    const number = /^(\d{1,3}(?:\.\d{1,2})?) ?%$/.exec(text)?.[1];
    return number === undefined ? undefined : within(Number(number), least, most);
  });
}

const HOURS_OF = { hour: 1, day: 24, week: 168 } as const;

/** `30 days`, `24 hours`, `5 weeks`, as a whole number of `unit`. */
export function duration(unit: 'hour' | 'day', least: number, most: number): Reader<number> {
  return value(`a duration from ${least} to ${most} ${unit}s, as in "${Math.max(least, 2)} ${unit}s"`, (text) => {
    const [, number, named] = /^(\d{1,6}) ?(hour|day|week)s?$/.exec(text) ?? [];
    if (number === undefined || named === undefined) return undefined;
    const units = (Number(number) * HOURS_OF[named as keyof typeof HOURS_OF]) / HOURS_OF[unit];
    return Number.isInteger(units) ? within(units, least, most) : undefined;
  });
}

export function perSecond(least: number, most: number): Reader<number> {
  return value(`a rate from ${least} to ${most} per second, as in "50 per second"`, (text) => {
    const number = /^(\d{1,6}) ?(?:per second|\/ ?s)$/.exec(text)?.[1];
    return number === undefined ? undefined : within(Number(number), least, most);
  });
}

export const yesOrNo: Reader<boolean> = value('true or false', (text) =>
  text === 'true' ? true : text === 'false' ? false : undefined,
);

export const oneOrTwo: Reader<1 | 2> = value('how many people a change takes, 1 or 2', (text) =>
  text === '1' ? 1 : text === '2' ? 2 : undefined,
);

export const date: Reader<LocalDate> = value('a day that exists, as YYYY-MM-DD', (text) =>
  isLocalDate(text) ? text : undefined,
);

export const instant: Reader<Instant> = value('an instant with its zone, as in 2026-04-10T00:00:00Z', (text) => {
  try {
    return parseInstant(text);
  } catch {
    return undefined;
  }
});

export const zone: Reader<string> = value(
  'a zone of the IANA database, as in Europe/Berlin or UTC; no offset',
  (text) => (isZone(text) ? text : undefined),
);

export function identifier(allowed: string, pattern: RegExp): Reader<string> {
  return value(allowed, (text) => (pattern.test(text) ? text : undefined));
}

export const address: Reader<string> = value('an e-mail address, as in notices@example.com', (text) =>
  isAddress(text) ? text : undefined,
);

export const pageAddress: Reader<string> = value('an address that begins with https://', (text) =>
  /^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(?:[/?#][^\s"<>{}\\]*)?$/i.test(text) ? text : undefined,
);

/** A name that stands in a mail's header: one line, nothing that a header gives a meaning. */
export const headerName: Reader<string> = value(
  'one line of up to 80 characters without quotes, brackets or @',
  (text) => (text !== '' && text.length <= 80 && !/["<>@\\{}\t\n]/.test(text) && isPrintable(text) ? text : undefined),
);

const LINK = /\S*(?:https?:|www\.|:\/\/)\S*/i;
const BARE_LINK = /\b[a-z0-9-]+\.[a-z]{2,}\/\S/i;

/** Text that goes into mail. Links are refused: the only ones in our mail are the support page and our own. */
export const words: Reader<string> = (at, file) => {
  const text = scalar(at);
  if (text === undefined || text === '' || text === '~' || text === 'null') {
    return refuse(file, at.path, shown(at.node), 'a text that people are to read');
  }
  if (text.length > LONGEST_TEXT) {
    return refuse(file, at.path, `${text.length} characters`, `up to ${LONGEST_TEXT} characters`);
  }
  const link = LINK.exec(text)?.[0] ?? (BARE_LINK.test(text) ? text : undefined);
  if (link !== undefined) {
    return refuse(
      file,
      at.path,
      quoted(link),
      'text without links',
      'say where in the app to go; the help page is support.url',
    );
  }
  if (/[{}\\]/.test(text)) return refuse(file, at.path, 'a brace or a backslash', 'text without template marks');
  return isPrintable(text) ? text : refuse(file, at.path, 'a sign that cannot be seen', PRINTABLE);
};

const PRINTABLE = 'printable text and line breaks, no control characters, no signs that turn the direction of writing';

/** Text that replaces one of ours: `{endDate}` and the like stand for what ours has there. */
const sentence: Reader<string> = (at, file) => {
  const text = scalar(at);
  const bare = text?.replaceAll(/\{\w+\}/g, 'x');
  return words({ ...at, node: bare === undefined ? at.node : new Scalar(bare) }, file) === undefined ? undefined : text;
};

/** By language, texts of ours by their keys. Whether there are such keys, the mail knows. */
export const overrides: Reader<Plan['texts']> = (at, file) => {
  if (!isMap(at.node)) return refuse(file, at.path, shown(at.node), 'a map of languages, each a map of texts');
  const texts: [string, Plan['texts'][string]][] = [];
  for (const language of entries(at, file)) {
    const own: [string, string][] = [];
    if (!isMap(language.node)) {
      refuse(file, language.path, shown(language.node), 'a map of texts by their keys');
      continue;
    }
    for (const place of entries(language, file)) {
      const text = sentence(place, file);
      if (text !== undefined) own.push([place.key, text]);
    }
    texts.push([language.key, Object.fromEntries(own)]);
  }
  // From entries: a key that every object has, such as `__proto__`, is one like others here, and refused later.
  return Object.fromEntries(texts);
};

/** One text is English; a map has a text for each language, English among them. */
function inLanguages(read: Reader<string>): Reader<Localised> {
  return (at, file) => {
    if (!isMap(at.node)) {
      const text = read(at, file);
      return text === undefined ? undefined : { en: text };
    }
    const texts: Record<string, string> = {};
    let complete = true;
    for (const place of entries(at, file)) {
      const tag = place.key;
      if (!(LANGUAGES as readonly string[]).includes(tag)) {
        const base = canonicalTag(tag)?.split('-')[0];
        const meant = LANGUAGES.find((language) => language.split('-')[0] === base);
        const allowed = `a language of the mail: ${LANGUAGES.join(', ')}`;
        refuse(file, place.path, quoted(tag), allowed, meant && `did you mean "${meant}"?`);
        complete = false;
        continue;
      }
      const text = read(place, file);
      if (text === undefined) complete = false;
      else texts[tag] = text;
    }
    if (complete && texts['en'] === undefined) {
      return refuse(file, at.path, shown(at.node), 'a map of languages with en, the last fallback');
    }
    return complete ? texts : undefined;
  };
}

export const localised: Reader<Localised> = inLanguages(words);

const LONGEST_NAME = 80;
/** What stands in a subject: one line, and short enough to be read in a list of mail. */
export const named: Reader<Localised> = inLanguages((at, file) => {
  const text = words(at, file);
  if (text === undefined) return undefined;
  const fits = text.length <= LONGEST_NAME && !text.includes('\n');
  return fits ? text : refuse(file, at.path, quoted(text), `one line of up to ${LONGEST_NAME} characters`);
});

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
  const meant = canonicalTag(`und-${text}`)?.slice(4) ?? '';
  const hint = isCountry(meant) ? `did you mean "${meant}"?` : undefined;
  return refuse(
    file,
    at.path,
    shown(at.node),
    'an ISO 3166-1 code in capitals, as in DE, or "*" for every other country',
    hint,
  );
};

/** One country may stand without its list. */
export const countries: Reader<readonly string[]> = (at, file) => {
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

export function list<T>(read: Reader<T>, least: number, most: number, what: string): Reader<readonly T[]> {
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
export function record<T extends object>(fields: { readonly [K in keyof T & string]: Field<T[K]> }): Reader<Draft<T>> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  return (at, file) => {
    if (!isMap(at.node)) return refuse(file, at.path, shown(at.node), `a map of ${keys.join(', ')}`);
    const places = new Map<string, Place>();
    const misspelt = new Set<string>();
    for (const place of entries(at, file)) {
      if (!keys.includes(place.key as keyof T & string)) {
        const meant = closest(place.key, keys);
        refuse(file, place.path, `the unknown key ${quoted(place.key)}`, keys.join(', '), `did you mean "${meant}"?`);
        if (distanceOf(place.key, meant) <= 2) misspelt.add(meant);
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
