/** How a command ends: its exit code, and what it says where it could not be done. */
import { type ApiError, type ErrorCode, ERRORS } from '../../functions/contracts/operator-api.ts';

export const EXIT = {
  done: 0,
  refused: 1,
  wrongUse: 2,
  notAllowed: 3,
  unknownName: 4,
  stale: 5,
  noAnswer: 6,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES = `Exit codes:
  0  done
  1  refused by a rule, or a check has found something wrong
  2  wrong use: the command cannot be understood, or needs --yes
  3  not allowed: the API or IAM refuses this operator, or there are no credentials
  4  unknown name: cohort, change, person, chat, queue, plan or stack
  5  stale: somebody has changed it since you looked; look again
  6  the system did not answer, or it failed`;

const OF_STATUS: Readonly<Record<(typeof ERRORS)[ErrorCode], Exit>> = {
  400: EXIT.wrongUse,
  403: EXIT.notAllowed,
  404: EXIT.unknownName,
  409: EXIT.stale,
  422: EXIT.refused,
  500: EXIT.noAnswer,
};

/** What is refused on this side of the API, in the shape of its errors. */
const OWN = {
  'wrong-use': EXIT.wrongUse,
  'not-confirmed': EXIT.refused,
  'no-credentials': EXIT.notAllowed,
  'not-allowed': EXIT.notAllowed,
  'unknown-stack': EXIT.unknownName,
  'content-changed': EXIT.stale,
  'no-answer': EXIT.noAnswer,
  'other-version': EXIT.noAnswer,
} as const;

export type Complaint = Omit<ApiError, 'code'> & { readonly code: ErrorCode | keyof typeof OWN };

export class Refusal extends Error {
  readonly complaint: Complaint;

  /** @param code of the API, or one of the command line's own */
  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(complaint.sentence, options);
    this.complaint = complaint;
  }

  get exit(): Exit {
    const { code } = this.complaint;
    return code in OWN ? OWN[code as keyof typeof OWN] : OF_STATUS[ERRORS[code as ErrorCode]];
  }
}

/** Throws with exit code 2. */
export function wrongUse(sentence: string, todo: string): never {
  throw new Refusal({ code: 'wrong-use', sentence, todo });
}
