import { parseInstant } from '../../../functions/domain/time.ts';

export function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
