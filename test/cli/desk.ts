/** Runs commands as an operator would, against an API of fixtures, and keeps what they saw. */
import { afterAll, beforeAll, beforeEach } from 'vitest';

import type { Io } from '../../bin/commands/io.ts';
import { sunset } from '../../bin/commands/sunset.ts';
import { splitCommand } from '../../bin/commands/words.ts';
import type { RouteName } from '../../functions/contracts/operator-api.ts';
import { parseInstant } from '../../functions/domain/time.ts';
import { type Answers, type Api, SECRET, startApi } from './api.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Desk {
  api(): Api;
  answers(answers: Answers): void;
  /** Runs a command line as first-operator. */
  run(command: string, io?: Partial<Io>): Promise<Ran>;
  /** The bodies of what was asked of a route. */
  bodies(name: RouteName): unknown[];
}

export const NOW = parseInstant('2026-04-09T10:00:00Z');

/** On a terminal where every question gets the same answer. */
export function terminal(agrees: boolean): Partial<Io> & { readonly questions: string[] } {
  const questions: string[] = [];
  const confirm = (question: string) => Promise.resolve((questions.push(question), agrees));
  return { isTerminal: true, environment: { NO_COLOR: '1' }, confirm, questions };
}

/** Call it at the top of a test file. */
export function operatorsDesk(): Desk {
  let api: Api | undefined;
  const there = () => {
    if (api === undefined) throw new Error('the API has not started');
    return api;
  };
  beforeAll(async () => {
    api = await startApi();
  });
  beforeEach(() => {
    there().answers = {};
    there().seen.length = 0;
  });
  afterAll(() => api?.close());
  return {
    api: there,
    answers: (answers) => Object.assign(there().answers, answers),
    run: (command, io = {}) => runAt(there().url, command, io),
    bodies: (name) =>
      there()
        .seen.filter((each) => each.name === name)
        .map(({ body }) => body as unknown),
  };
}

export async function runAt(url: string, command: string, io: Partial<Io> = {}): Promise<Ran> {
  const said = { out: '', err: '' };
  const exit = await sunset(splitCommand(command), {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
    columns: 100,
    environment: {},
    connect: { url, credentials: { accessKeyId: 'first-operator', secretAccessKey: SECRET }, region: 'us-east-1' },
    now: () => NOW,
    ...io,
  });
  return { exit, ...said };
}
