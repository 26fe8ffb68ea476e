/** The plan file that a command was given, or every reason why it cannot be used. */
import { readFileSync } from 'node:fs';

import { parsePlan } from '../../functions/domain/plan-file.ts';
import type { Plan } from '../../functions/domain/plan.ts';
import { checkMail } from '../../functions/mail/templates.ts';

/** Throws a sentence for each thing that is wrong with the file. */
export function readPlan(file: string): Plan {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--plan ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const result = parsePlan(text);
  if ('errors' in result) throw refusal(file, result.errors);
  const wrong = checkMail(result.plan);
  if (wrong.length > 0) throw refusal(file, wrong);
  return result.plan;
}

export function refusal(file: string, errors: readonly { readonly sentence: string }[]): Error {
  return new Error(errors.map(({ sentence }) => `${file}: ${sentence}`).join('\n'));
}
