/**
 * DynamoDB's expressions, as far as anything here writes them: conditions, key conditions and updates over items in
 * attribute values. An expression is read once and kept, placeholders are looked up when it is asked. What DynamoDB
 * would refuse is an error here too, and what this does not know is an error that says so.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

import { RESERVED_WORDS } from './reserved-words.ts';

export type Row = Readonly<Record<string, AttributeValue>>;
export interface Placeholders {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** DynamoDB's ValidationException, by its message. */
export class InvalidExpression extends Error {
  override readonly name = 'InvalidExpression';
}

/** An expression that was read: what it answers, and what was found out about it while it was read. */
export interface Read<T> {
  readonly ask: T;
  /** Placeholders that it names; each has to be given. */
  readonly uses: ReadonlySet<string>;
  /** What DynamoDB refuses of the values given, whatever the row. */
  readonly checks: readonly ((x: Placeholders) => void)[];
}

type Path = readonly string[];
type Ask<T> = (row: Row | undefined, x: Placeholders) => T;
type Operand = Ask<AttributeValue | undefined>;
type Condition = Ask<boolean>;

/** Top-level attributes that an update changes, and what they are then; undefined: removed. */
export interface Changes {
  readonly row: Row;
  /** Full paths, with what stood there before and after. */
  readonly paths: readonly Path[];
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),.+-]|[#:]?[A-Za-z_0-9]+)/y;

class Tokens {
  private readonly tokens: string[] = [];
  private at = 0;
  private readonly text: string;
  private group: readonly [number, number] | undefined;
  readonly uses = new Set<string>();
  readonly checks: ((x: Placeholders) => void)[] = [];

  constructor(text: string) {
    this.text = text;
    TOKEN.lastIndex = 0;
    for (let end = 0; end < text.trimEnd().length; end = TOKEN.lastIndex) {
      const match = TOKEN.exec(text);
      if (match?.[1] === undefined) throw new InvalidExpression(`syntax error at ${end} of: ${text}`);
      this.tokens.push(match[1]);
    }
  }

  peek(): string | undefined {
    return this.tokens[this.at];
  }
  take(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new InvalidExpression(`unexpected end of: ${this.text}`);
    return token;
  }
  takes(token: string): boolean {
    if (this.tokens[this.at]?.toUpperCase() !== token) return false;
    this.at += 1;
    return true;
  }
  expect(token: string): void {
    if (!this.takes(token)) throw new InvalidExpression(`expected ${token}, found ${this.peek()} in: ${this.text}`);
  }
  name(): string {
    const name = this.take();
    if (!/^(#\w+|[A-Za-z]\w*)$/.test(name)) throw new InvalidExpression(`${name} is no name in: ${this.text}`);
    if (RESERVED_WORDS.has(name.toUpperCase())) throw new InvalidExpression(`${name} is a reserved word: ${this.text}`);
    if (name.startsWith('#')) this.uses.add(name);
    return name;
  }
  value(): string {
    const name = this.take();
    if (!/^:\w+$/.test(name)) throw new InvalidExpression(`${name} is no value in: ${this.text}`);
    this.uses.add(name);
    return name;
  }
  /** What stands in parentheses; DynamoDB refuses a pair too many. */
  grouped<T>(read: () => T): T {
    const from = this.at;
    this.expect('(');
    const inner = read();
    if (this.group?.[0] === from + 1 && this.group[1] === this.at)
      throw new InvalidExpression(`redundant parentheses in: ${this.text}`);
    this.expect(')');
    this.group = [from, this.at];
    return inner;
  }
  isCall(): boolean {
    return this.tokens[this.at + 1] === '(';
  }
  end(): void {
    if (this.at < this.tokens.length) throw new InvalidExpression(`unexpected ${this.peek()} in: ${this.text}`);
  }
}

function nameOf(part: string, { names }: Placeholders): string {
  if (!part.startsWith('#')) return part;
  const name = names?.[part];
  if (name === undefined) throw new InvalidExpression(`no name was given for ${part}`);
  return name;
}

function valueOf(part: string, { values }: Placeholders): AttributeValue {
  const value = values?.[part];
  if (value === undefined) throw new InvalidExpression(`no value was given for ${part}`);
  return value;
}

function readPath(tokens: Tokens): Path {
  const parts = [tokens.name()];
  while (tokens.takes('.')) parts.push(tokens.name());
  return parts;
}

const resolved = (path: Path, x: Placeholders): Path => path.map((part) => nameOf(part, x));

export function valueAt(row: Row | undefined, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = row?.[path[0] ?? ''];
  for (let at = 1; at < path.length; at++) value = value?.M?.[path[at] ?? ''];
  return value;
}

interface ReadOperand {
  readonly ask: Operand;
  /** Where it stands in the row, or undefined. */
  readonly path?: string;
  /** The placeholder of a value, or undefined. */
  readonly value?: string;
}

function readPlain(tokens: Tokens): ReadOperand {
  if (tokens.peek()?.startsWith(':') === true) {
    const name = tokens.value();
    return { ask: (_, x) => valueOf(name, x), value: name };
  }
  const path = readPath(tokens);
  return { ask: (row, x) => valueAt(row, resolved(path, x)), path: path.join('.') };
}

function readOperand(tokens: Tokens): ReadOperand {
  if (!tokens.isCall()) return readPlain(tokens);
  const call = tokens.take();
  if (call !== 'size') throw new InvalidExpression(`${call}() is no operand of a condition`);
  tokens.expect('(');
  const path = readPath(tokens);
  tokens.expect(')');
  return {
    ask: (row, x) => {
      const size = sizeOf(valueAt(row, resolved(path, x)));
      return size === undefined ? undefined : { N: String(size) };
    },
  };
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return value.S.length;
  if (value.L !== undefined) return value.L.length;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.SS ?? value.NS)?.length ?? value.B?.length;
}

/** By UTF-8, as DynamoDB orders text. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    // Halves of a pair stand behind all other signs.
    const isPair = (code: number) => code >= 0xd800 && code <= 0xdfff;
    if (isPair(one) !== isPair(other)) return isPair(one) ? 1 : -1;
    return one - other;
  }
  return a.length - b.length;
}

/** Undefined: values of different types, which have no order. */
function compare(a: AttributeValue | undefined, b: AttributeValue | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  return undefined;
}

export function isEqual(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return b.N !== undefined && Number(a.N) === Number(b.N);
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.SS !== undefined) return b.SS !== undefined && sameSet(a.SS, b.SS);
  if (a.L !== undefined)
    return b.L !== undefined && a.L.length === b.L.length && a.L.every((x, at) => isEqual(x, b.L?.[at]));
  if (a.M !== undefined) {
    const [one, other] = [a.M, b.M];
    if (other === undefined) return false;
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => isEqual(one[key], other[key]));
  }
  throw new InvalidExpression('values of this type are not compared here');
}

const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x) => b.includes(x));

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function readOr(tokens: Tokens): Condition {
  const parts = [readAnd(tokens)];
  while (tokens.takes('OR')) parts.push(readAnd(tokens));
  return parts.length === 1 ? (parts[0] as Condition) : (row, x) => parts.some((part) => part(row, x));
}

function readAnd(tokens: Tokens): Condition {
  const parts = [readNot(tokens)];
  while (tokens.takes('AND')) parts.push(readNot(tokens));
  return parts.length === 1 ? (parts[0] as Condition) : (row, x) => parts.every((part) => part(row, x));
}

function readNot(tokens: Tokens): Condition {
  if (tokens.takes('NOT')) {
    const part = readNot(tokens);
    return (row, x) => !part(row, x);
  }
  if (tokens.peek() === '(') return tokens.grouped(() => readOr(tokens));
  if (tokens.isCall() && tokens.peek() !== 'size') return readFunction(tokens);
  return readComparison(tokens);
}

function readFunction(tokens: Tokens): Condition {
  const call = tokens.take();
  tokens.expect('(');
  const path = readPath(tokens);
  const value: Operand = (row, x) => valueAt(row, resolved(path, x));
  if (call === 'attribute_exists' || call === 'attribute_not_exists') {
    tokens.expect(')');
    return call === 'attribute_exists'
      ? (row, x) => value(row, x) !== undefined
      : (row, x) => value(row, x) === undefined;
  }
  tokens.expect(',');
  const operand = readOperand(tokens);
  tokens.expect(')');
  switch (call) {
    case 'begins_with':
      onlyOf(tokens, operand, 'S');
      return (row, x) => {
        const part = operand.ask(row, x)?.S;
        return part !== undefined && value(row, x)?.S?.startsWith(part) === true;
      };
    case 'contains':
      return (row, x) => holds(value(row, x), operand.ask(row, x));
    default:
      throw new InvalidExpression(`the function ${call}() is not known here`);
  }
}

/** A value given that has another type is refused, whatever the row. */
function onlyOf(tokens: Tokens, { value }: ReadOperand, ...types: readonly ('S' | 'N')[]): void {
  if (value === undefined) return;
  tokens.checks.push((x) => {
    const given = valueOf(value, x);
    if (types.every((type) => given[type] === undefined)) throw new InvalidExpression(`${value} is of the wrong type`);
  });
}

function holds(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (whole?.SS !== undefined) return part?.S !== undefined && whole.SS.includes(part.S);
  if (whole?.S !== undefined) return part?.S !== undefined && whole.S.includes(part.S);
  return whole?.L?.some((each) => isEqual(each, part)) === true;
}

function readComparison(tokens: Tokens): Condition {
  const left = readOperand(tokens);
  const sign = tokens.take();
  if (sign.toUpperCase() === 'BETWEEN') {
    const from = readOperand(tokens);
    tokens.expect('AND');
    const to = readOperand(tokens);
    if (from.value !== undefined && to.value !== undefined)
      tokens.checks.push((x) => inOrder(from.ask(undefined, x), to.ask(undefined, x)));
    return (row, x) => {
      const value = left.ask(row, x);
      return (compare(value, from.ask(row, x)) ?? -1) >= 0 && (compare(value, to.ask(row, x)) ?? 1) <= 0;
    };
  }
  const right = readOperand(tokens);
  if (left.path !== undefined && left.path === right.path)
    throw new InvalidExpression('what is compared has to be different from what it is compared with');
  if (sign === '=') return (row, x) => isEqual(left.ask(row, x), right.ask(row, x));
  // What is not there differs from everything.
  if (sign === '<>') return (row, x) => !isEqual(left.ask(row, x), right.ask(row, x));
  const fits = COMPARISONS[sign];
  if (fits === undefined) throw new InvalidExpression(`the comparison ${sign} is not known here`);
  for (const each of [left, right]) onlyOf(tokens, each, 'S', 'N');
  return (row, x) => {
    const order = compare(left.ask(row, x), right.ask(row, x));
    return order !== undefined && fits(order);
  };
}

function inOrder(from: AttributeValue | undefined, to: AttributeValue | undefined): void {
  if ((compare(from, to) ?? 1) > 0) throw new InvalidExpression('BETWEEN needs a lower and an upper bound of one type');
}

function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const fresh = read(text);
    known.set(text, fresh);
    return fresh;
  };
}

const read = <T>(readAll: (tokens: Tokens) => T): ((text: string) => Read<T>) =>
  remember((text) => {
    const tokens = new Tokens(text);
    const ask = readAll(tokens);
    tokens.end();
    return { ask, uses: tokens.uses, checks: tokens.checks };
  });

/** @throws InvalidExpression where a placeholder is not given, or one is given that nothing names */
export function holdToPlaceholders(x: Placeholders, ...reads: readonly (Read<unknown> | undefined)[]): void {
  for (const given of [x.names, x.values]) {
    if (given === undefined) continue;
    let count = 0;
    for (const name of Object.keys(given)) {
      count += 1;
      if (!reads.some((each) => each?.uses.has(name))) throw new InvalidExpression(`${name} is given and not used`);
    }
    if (count === 0) throw new InvalidExpression('names and values are not given, or not empty');
  }
  for (const each of reads) {
    if (each === undefined) continue;
    for (const name of each.uses)
      if (name.startsWith('#')) nameOf(name, x);
      else valueOf(name, x);
    for (const check of each.checks) check(x);
  }
}

/** Whether a condition holds of a row; undefined: there is no row. */
export const condition: (text: string) => Read<Condition> = read(readOr);

/** What a query asks for: one partition, and of it a stretch. */
export interface KeyCondition {
  readonly hash: KeyPart;
  readonly range?: KeyPart;
}
export interface KeyPart {
  readonly name: string;
  readonly sign: '=' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with';
  readonly from: AttributeValue;
  /** Of BETWEEN. */
  readonly to?: AttributeValue;
}

type AskKeyPart = (x: Placeholders) => KeyPart;

/** The partition first, however it is written. */
export const keyCondition: (text: string) => Read<(x: Placeholders) => KeyCondition> = read((tokens) => {
  const parts = [readKeyPart(tokens)];
  if (tokens.takes('AND')) parts.push(readKeyPart(tokens));
  const [one, other] = parts as [AskKeyPart, AskKeyPart?];
  return (x) => ({ hash: one(x), ...(other === undefined ? {} : { range: other(x) }) });
});

function readKeyPart(tokens: Tokens): AskKeyPart {
  if (tokens.isCall()) {
    if (tokens.take() !== 'begins_with') throw new InvalidExpression('a key condition knows begins_with() only');
    tokens.expect('(');
    const name = tokens.name();
    tokens.expect(',');
    const from = tokens.value();
    tokens.expect(')');
    return (x) => ({ name: nameOf(name, x), sign: 'begins_with', from: valueOf(from, x) });
  }
  const name = tokens.name();
  const sign = tokens.take().toUpperCase();
  if (sign !== '=' && sign !== 'BETWEEN' && !(sign in COMPARISONS))
    throw new InvalidExpression(`a key condition knows no ${sign}`);
  const from = tokens.value();
  if (sign !== 'BETWEEN')
    return (x) => ({ name: nameOf(name, x), sign: sign as KeyPart['sign'], from: valueOf(from, x) });
  tokens.expect('AND');
  const to = tokens.value();
  tokens.checks.push((x) => inOrder(valueOf(from, x), valueOf(to, x)));
  return (x) => ({ name: nameOf(name, x), sign: 'BETWEEN', from: valueOf(from, x), to: valueOf(to, x) });
}

type Action = (before: Row, x: Placeholders) => { path: Path; value: AttributeValue | undefined };

/** The row after an update. All of it is read from the row as it was before. */
export const update: (text: string) => Read<(before: Row, x: Placeholders) => Changes> = read((tokens) => {
  const actions: Action[] = [];
  const verbs = new Set<string>();
  do {
    const verb = tokens.take().toUpperCase();
    if (verbs.has(verb)) throw new InvalidExpression(`an update has one section ${verb}`);
    verbs.add(verb);
    do actions.push(readAction(tokens, verb));
    while (tokens.takes(','));
  } while (tokens.peek() !== undefined);
  return (before, x) => {
    const done = actions.map((action) => action(before, x));
    let row = before;
    for (const [at, { path, value }] of done.entries()) {
      for (let other = 0; other < at; other++)
        if (isOverlap(path, done[other]?.path ?? [])) throw new InvalidExpression('two paths of an update overlap');
      row = replaced(row, path, value);
    }
    return { row, paths: done.map(({ path }) => path) };
  };
});

function isOverlap(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function readAction(tokens: Tokens, verb: string): Action {
  const path = readPath(tokens);
  switch (verb) {
    case 'SET': {
      tokens.expect('=');
      const value = readValue(tokens);
      return (before, x) => ({ path: resolved(path, x), value: value(before, x) });
    }
    case 'REMOVE':
      return (_, x) => ({ path: resolved(path, x), value: undefined });
    case 'ADD':
    case 'DELETE': {
      const operand = tokens.value();
      return (before, x) => {
        const own = resolved(path, x);
        const there = valueAt(before, own);
        const given = valueOf(operand, x);
        return { path: own, value: verb === 'ADD' ? added(there, given) : without(there, given) };
      };
    }
    default:
      throw new InvalidExpression(`an update cannot ${verb}`);
  }
}

function readValue(tokens: Tokens): Operand {
  const left = readTerm(tokens);
  const sign = tokens.peek();
  if (sign !== '+' && sign !== '-') return left;
  tokens.take();
  const right = readTerm(tokens);
  return (row, x) => {
    const [a, b] = [left(row, x)?.N, right(row, x)?.N];
    if (a === undefined || b === undefined) throw new InvalidExpression(`${sign} needs two numbers`);
    return { N: sum(a, sign === '+' ? b : negative(b)) };
  };
}

function readTerm(tokens: Tokens): Operand {
  const call = tokens.isCall() ? tokens.take() : undefined;
  if (call === undefined) return present(readPlain(tokens).ask);
  tokens.expect('(');
  if (call === 'if_not_exists') {
    const path = readPath(tokens);
    tokens.expect(',');
    const otherwise = readTerm(tokens);
    tokens.expect(')');
    return (row, x) => valueAt(row, resolved(path, x)) ?? otherwise(row, x);
  }
  if (call !== 'list_append') throw new InvalidExpression(`the function ${call}() is not known here`);
  const first = readTerm(tokens);
  tokens.expect(',');
  const second = readTerm(tokens);
  tokens.expect(')');
  return (row, x) => {
    const [a, b] = [first(row, x)?.L, second(row, x)?.L];
    if (a === undefined || b === undefined) throw new InvalidExpression('list_append needs two lists');
    return { L: [...a, ...b] };
  };
}

function present(operand: Operand): Operand {
  return (row, x) => {
    const value = operand(row, x);
    if (value === undefined) throw new InvalidExpression('an attribute that the update reads is not there');
    return value;
  };
}

const negative = (number: string) => (number.startsWith('-') ? number.slice(1) : `-${number}`);

/** In decimals, as DynamoDB reckons. */
function sum(a: string, b: string): string {
  const total = Number(a) + Number(b);
  if (Number.isSafeInteger(total) && Number.isSafeInteger(Number(a))) return String(total);
  const plain = /^-?\d+(?:\.(\d+))?$/;
  const [one, other] = [plain.exec(a), plain.exec(b)];
  if (one === null || other === null) throw new InvalidExpression(`${a} and ${b} are not added here`);
  const places = Math.max(one[1]?.length ?? 0, other[1]?.length ?? 0);
  const scaled = (text: string, fraction = '') => BigInt(text.replace('.', '') + '0'.repeat(places - fraction.length));
  const digits = scaled(a, one[1]) + scaled(b, other[1]);
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
  const fraction = text.slice(text.length - places).replace(/0+$/, '');
  return `${digits < 0n ? '-' : ''}${text.slice(0, text.length - places)}${places === 0 || fraction === '' ? '' : `.${fraction}`}`;
}

function added(there: AttributeValue | undefined, given: AttributeValue): AttributeValue {
  if (given.N !== undefined) {
    if (there !== undefined && there.N === undefined) throw new InvalidExpression('ADD of a number to what is none');
    return { N: sum(there?.N ?? '0', given.N) };
  }
  if (given.SS === undefined || (there !== undefined && there.SS === undefined))
    throw new InvalidExpression('ADD takes a number or a set, to another of its kind');
  return { SS: [...new Set([...(there?.SS ?? []), ...given.SS])] };
}

function without(there: AttributeValue | undefined, given: AttributeValue): AttributeValue | undefined {
  const out = given.SS;
  if (out === undefined || (there !== undefined && there.SS === undefined))
    throw new InvalidExpression('DELETE takes a set, from a set');
  const rest = there?.SS?.filter((each) => !out.includes(each)) ?? [];
  return rest.length === 0 ? undefined : { SS: rest };
}

function replaced(row: Row, [name = '', ...deeper]: Path, value: AttributeValue | undefined): Row {
  if (deeper.length > 0) {
    const map = row[name]?.M;
    if (map === undefined) throw new InvalidExpression('the document path of the update is invalid for this item');
    return { ...row, [name]: { M: replaced(map, deeper, value) } };
  }
  if (value !== undefined) return { ...row, [name]: value };
  const { [name]: _, ...rest } = row;
  return rest;
}
