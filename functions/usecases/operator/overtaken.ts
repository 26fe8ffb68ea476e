/** Where somebody else was faster than a plan: an answer, not an error. */
import { OvertakenError } from '../operate.ts';
import { refuse } from './refusal.ts';

export async function unlessOvertaken<T>(deed: Promise<T>): Promise<T> {
  try {
    return await deed;
  } catch (error) {
    if (!(error instanceof OvertakenError)) throw error;
    return refuse('stale-plan', error.message, 'Look again (sunset plan show), then decide anew.');
  }
}
