/** An answer that is no: what was given and why it cannot be, and what to do. */
import type { ApiError, ErrorCode } from '../../contracts/operator-api.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.code);
    this.error = error;
  }
}

export function refuse(
  code: ErrorCode,
  sentence: string,
  todo: string,
  more: Pick<ApiError, 'nearest' | 'earliest' | 'version' | 'all'> = {},
): never {
  throw new Refusal({ code, sentence, todo, ...more });
}
