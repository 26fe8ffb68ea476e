#!/usr/bin/env node
/** `sunset`: the operators' command line. */
import { resolveTxt } from 'node:dns/promises';
import { createInterface } from 'node:readline/promises';

import { sunset } from './commands/sunset.ts';

const interruption = new AbortController();
const { signal } = interruption;
process.on('SIGINT', () => interruption.abort()).on('SIGTERM', () => interruption.abort());
// Whoever reads only the first lines, as `head` does, has seen enough.
process.stdout.on('error', () => process.exit());

process.exitCode = await sunset(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY && process.stdin.isTTY,
  columns: process.stdout.columns ?? 100,
  environment: process.env,
  async confirm(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await lines.question(`${question} [y/N] `, { signal }).catch(() => '');
    lines.close();
    return /^y(es)?$/i.test(answer.trim());
  },
  resolveTxt,
  signal,
  now: Date.now,
});
