/**
 * DynamoDB's expressions, as far as anything here writes them: conditions, key conditions and updates over items in
 * attribute values. An expression is read once and kept, placeholders are looked up when it is asked. What DynamoDB
 * would refuse is an error here too, and what this does not know is an error that says so.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Row = Readonly<Record<string, AttributeValue>>;
export interface Placeholders {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** DynamoDB's ValidationException, by its message. */
export class InvalidExpression extends Error {
  override readonly name = 'InvalidExpression';
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
  const parts = [tokens.take()];
  while (tokens.takes('.')) parts.push(tokens.take());
  return parts;
}

const resolved = (path: Path, x: Placeholders): Path => path.map((part) => nameOf(part, x));

export function valueAt(row: Row | undefined, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = row?.[path[0] ?? ''];
  for (let at = 1; at < path.length; at++) value = value?.M?.[path[at] ?? ''];
  return value;
}

function readOperand(tokens: Tokens): Operand {
  if (tokens.peek()?.startsWith(':') === true) {
    const name = tokens.take();
    return (_, x) => valueOf(name, x);
  }
  if (tokens.isCall()) {
    const call = tokens.take().toLowerCase();
    if (call !== 'size') throw new InvalidExpression(`${call}() is no operand of a condition`);
    tokens.expect('(');
    const path = readPath(tokens);
    tokens.expect(')');
    return (row, x) => {
      const size = sizeOf(valueAt(row, resolved(path, x)));
      return size === undefined ? undefined : { N: String(size) };
    };
  }
  const path = readPath(tokens);
  return (row, x) => valueAt(row, resolved(path, x));
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
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
  if (tokens.takes('(')) {
    const inner = readOr(tokens);
    tokens.expect(')');
    return inner;
  }
  const call = tokens.peek()?.toLowerCase() ?? '';
  if (tokens.isCall() && call !== 'size') return readFunction(tokens);
  return readComparison(tokens);
}

function readFunction(tokens: Tokens): Condition {
  const call = tokens.take().toLowerCase();
  tokens.expect('(');
  const path = readPath(tokens);
  const operand = tokens.takes(',') ? readOperand(tokens) : undefined;
  tokens.expect(')');
  const value: Operand = (row, x) => valueAt(row, resolved(path, x));
  switch (call) {
    case 'attribute_exists':
      return (row, x) => value(row, x) !== undefined;
    case 'attribute_not_exists':
      return (row, x) => value(row, x) === undefined;
    case 'begins_with':
      return (row, x) => value(row, x)?.S?.startsWith(operand?.(row, x)?.S ?? '') === true;
    case 'contains':
      return (row, x) => holds(value(row, x), operand?.(row, x));
    default:
      throw new InvalidExpression(`the function ${call}() is not known here`);
  }
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
    return (row, x) => {
      const value = left(row, x);
      return (compare(value, from(row, x)) ?? -1) >= 0 && (compare(value, to(row, x)) ?? 1) <= 0;
    };
  }
  const right = readOperand(tokens);
  if (sign === '=') return (row, x) => isEqual(left(row, x), right(row, x));
  // What is not there differs from everything.
  if (sign === '<>') return (row, x) => !isEqual(left(row, x), right(row, x));
  const fits = COMPARISONS[sign];
  if (fits === undefined) throw new InvalidExpression(`the comparison ${sign} is not known here`);
  return (row, x) => {
    const order = compare(left(row, x), right(row, x));
    return order !== undefined && fits(order);
  };
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

/** Whether a condition holds of a row; undefined: there is no row. */
export const condition: (text: string) => Condition = remember((text) => {
  const tokens = new Tokens(text);
  const read = readOr(tokens);
  tokens.end();
  return read;
});

type Action = (before: Row, x: Placeholders) => { path: Path; value: AttributeValue | undefined };

/** The row after an update. All of it is read from the row as it was before. */
export const update: (text: string) => (before: Row, x: Placeholders) => Changes = remember((text) => {
  const tokens = new Tokens(text);
  const actions: Action[] = [];
  while (tokens.peek() !== undefined) {
    const verb = tokens.take().toUpperCase();
    do actions.push(readAction(tokens, verb));
    while (tokens.takes(','));
  }
  return (before, x) => {
    const done = actions.map((action) => action(before, x));
    let row = before;
    for (const { path, value } of done) row = replaced(row, path, value);
    return { row, paths: done.map(({ path }) => path) };
  };
});

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
      const operand = readOperand(tokens);
      return (before, x) => {
        const own = resolved(path, x);
        const there = valueAt(before, own);
        const given = operand(before, x);
        if (given === undefined) throw new InvalidExpression(`${verb} was given no value`);
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
    return { N: String(sign === '+' ? Number(a) + Number(b) : Number(a) - Number(b)) };
  };
}

function readTerm(tokens: Tokens): Operand {
  const call = tokens.isCall() ? tokens.take().toLowerCase() : undefined;
  if (call === undefined) return present(readOperand(tokens));
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

function added(there: AttributeValue | undefined, given: AttributeValue): AttributeValue {
  if (given.N !== undefined) {
    if (there !== undefined && there.N === undefined) throw new InvalidExpression('ADD of a number to what is none');
    return { N: String(Number(there?.N ?? 0) + Number(given.N)) };
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
    if (map === undefined) {
      // What is not there needs no removal.
      if (value === undefined) return row;
      throw new InvalidExpression('the document path of the update is invalid for this item');
    }
    return { ...row, [name]: { M: replaced(map, deeper, value) } };
  }
  if (value !== undefined) return { ...row, [name]: value };
  const { [name]: _, ...rest } = row;
  return rest;
}
