/**
 * What a function asks a service for, as a name: the function, the action, the table or queue, and the kind of row. It
 * is read from the request as it is on the wire; two requests of the same call in the code have the same name, however
 * many people, rows or messages are in them.
 */
import type { Sought } from '../../../bin/local/cloud/cloud.ts';

type Json = Readonly<Record<string, any>>;

/** `Sunset-NotifyFunction7D549D6F` is that of the step `notify`. */
export const stepOf = (functionName: string) =>
  /-(\w+)Function[0-9A-F]{8}$/.exec(functionName)?.[1]?.toLowerCase() ?? functionName;

/** What is together in one request by chance, as the agenda has it, is called so. */
const SEVERAL = 'several';

export function pointOf(request: Sought): string {
  const step = stepOf(request.caller);
  const call = callOf(request);
  // A tick reads together what its agenda happens to name.
  const isMixed = step === 'tick' && call[0] === 'DynamoDB.BatchGetItem' && /[|,]/.test(call[1] ?? '');
  return [step, ...(isMixed ? [call[0], SEVERAL] : call)].filter((part) => part !== '').join(' ');
}

function callOf({ action, method, path, body }: Sought): string[] {
  if (action === undefined) {
    const sent = new URLSearchParams(body).get('Action');
    if (sent !== null) return [`SES.${sent}`];
    const asked = [...new URL(path, 'http://s3').searchParams.keys()].filter((key) => key !== 'x-id');
    return [`S3.${method}`, ...asked];
  }
  const input = JSON.parse(body === '' ? '{}' : body) as Json;
  if (action.startsWith('DynamoDB.')) return [action, ...rowsOf(action, input)];
  if (action.startsWith('SQS.')) return [action, queueOf(String(input['QueueUrl'] ?? '')), kindsIn(input)];
  if (action === 'EventBridge.PutEvents')
    return [action, distinct((input['Entries'] as Json[]).map((entry) => String(entry['DetailType'])))];
  return [action];
}

function rowsOf(action: string, input: Json): string[] {
  if (action.startsWith('DynamoDB.Batch')) {
    const tables = Object.entries(input['RequestItems'] as Json).map(([table, asked]) => {
      const rows =
        action === 'DynamoDB.BatchGetItem'
          ? ((asked as Json)['Keys'] as Json[]).map(kindOf)
          : (asked as Json[]).map(({ PutRequest: put, DeleteRequest: remove }) =>
              put === undefined
                ? `-${kindOf((remove as Json)['Key'] as Json)}`
                : `+${kindOf((put as Json)['Item'] as Json)}`,
            );
      return `${tableOf(table)} ${distinct(rows)}`.trim();
    });
    return [tables.sort().join(', ')];
  }
  const table = tableOf(String(input['TableName']));
  if (action === 'DynamoDB.Scan') return [table, String(input['IndexName'] ?? '')];
  if (action === 'DynamoDB.Query') {
    const [partition] = Object.values((input['ExpressionAttributeValues'] ?? {}) as Json);
    const limited = input['Limit'] === undefined ? '' : 'limited';
    return [table, String(input['IndexName'] ?? ''), kindOfText(textOf(partition)), limited];
  }
  const names = (input['ExpressionAttributeNames'] ?? {}) as Readonly<Record<string, string>>;
  const readable = (expression: string | undefined) =>
    distinctParts((expression ?? '').replace(/#\w+/g, (name) => nameOf(names[name] ?? name)));
  // A batch counts whatever happens to be in it.
  if (kindOf((input['Key'] ?? {}) as Json) === 'COUNTERS') return [table, 'COUNTERS', 'ADD *'];
  const condition =
    input['ConditionExpression'] === undefined ? '' : `if ${readable(input['ConditionExpression'] as string)}`;
  return [
    table,
    kindOf((input['Key'] ?? input['Item']) as Json),
    readable(input['UpdateExpression'] as string | undefined),
    condition,
  ];
}

/** `COHORT#`, or `PERSON#/MEMBER` where both parts of the key name a kind. */
function kindOf(row: Json): string {
  if (row['pk'] === undefined) return '';
  const [partition, sort] = [kindOfText(textOf(row['pk'])), kindOfText(textOf(row['sk']))];
  // What is on the agenda is sorted by its instant: the kind comes after it.
  if (partition === 'AGENDA') return `AGENDA/${textOf(row['sk']).split('#')[1] ?? ''}`;
  return partition === sort || sort === '' ? partition : `${partition}/${sort}`;
}

const textOf = (value: unknown): string => {
  const [text] = Object.values((value ?? {}) as Readonly<Record<string, unknown>>);
  return typeof text === 'string' ? text : '';
};

/** Ids, dates and numbers are what differs between rows of a kind. */
function kindOfText(text: string): string {
  const [kind = '', ...rest] = text.split('#');
  if (!/^[A-Z]+$/.test(kind)) return '';
  return rest.length > 0 ? `${kind}#` : kind;
}

const tableOf = (name: string) => /(?:^|-)(Plan|Ledger|Users|Chats)/.exec(name)?.[1] ?? name;
const queueOf = (url: string) => /(\w+?)(?:Queue)?[0-9A-F]{8}(?:-\w+)?$/.exec(url)?.[1] ?? url.replace(/^.*\//, '');
/** Attributes that are called by a slot, a notice or a language. */
const nameOf = (name: string) => (/[\d:@~-]/.test(name) || name === 'de' || name === 'en' ? '*' : name);

function distinct(all: readonly string[]): string {
  const kinds = [...new Set(all)].sort();
  const agenda = /^[+-]AGENDA/.exec(kinds[0] ?? '')?.[0];
  return agenda !== undefined && kinds.length > 1 ? `${agenda}/${SEVERAL}` : kinds.join('|');
}

/** An expression names as many slots and counters as there are people: how many it is makes no other call. */
function distinctParts(expression: string): string {
  const parts = expression.replace(/:\w*\d+\w*/g, ':n').split(/,\s*/);
  return [...new Set(parts.map((part) => part.trim()))].join(', ');
}

/** Messages of one queue that ask for different things are different calls. */
function kindsIn(input: Json): string {
  const bodies = [input['MessageBody'], ...((input['Entries'] ?? []) as Json[]).map((entry) => entry['MessageBody'])];
  const kinds = new Set(
    bodies.flatMap((text) => (text === undefined ? [] : ((JSON.parse(String(text)) as { kind?: string }).kind ?? ''))),
  );
  return kinds.size > 1 ? SEVERAL : ([...kinds][0] ?? '');
}
