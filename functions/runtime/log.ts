/**
 * Structured log lines. They take names and counts only; an error is told by its name and where it came from, never
 * by its message: SES, for one, quotes the address that it refuses.
 */
import { Logger } from '@aws-lambda-powertools/logger';

import type { Log } from '../ports.ts';

export interface RuntimeLog extends Log {
  error(what: string, error: unknown): void;
}

export function createLog(serviceName: string): RuntimeLog {
  const logger = new Logger({ serviceName, logLevel: 'INFO' });
  return {
    info: (what, counts = {}) => logger.info(what, counts),
    warn: (what, counts = {}) => logger.warn(what, counts),
    error: (what, error) => logger.error(what, { error: nameOf(error), at: framesOf(error) }),
  };
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function framesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 8);
}
