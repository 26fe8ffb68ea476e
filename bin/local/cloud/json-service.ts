/** The side of AWS that answers JSON: from a request's body to an answer, or to an error as its SDK reads it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf } from './wire.ts';

/** An error as a service answers it: the client's fault. Any other is its own. */
export class ServiceError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface JsonService {
  /** Of its protocol: 1.0 or 1.1. */
  readonly version: '1.0' | '1.1';
  /** What stands before the name of an error. */
  readonly namespace?: string;
  /** How it calls its own mistakes. */
  readonly internal: string;
}

export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  { version, namespace = '', internal }: JsonService,
  run: (target: string, input: object) => object,
): void {
  const answer = (status: number, content: object) => {
    response.statusCode = status;
    response.setHeader('content-type', `application/x-amz-json-${version}`);
    response.end(JSON.stringify(content));
  };
  bodyOf(request).then(
    (body) => {
      try {
        answer(200, run(String(request.headers['x-amz-target']), JSON.parse(body) as object));
      } catch (error) {
        const [status, code] = error instanceof ServiceError ? [400, error.code] : [500, internal];
        answer(status, { __type: `${namespace}${code}`, message: (error as Error).message });
      }
    },
    // A request that broke off has nobody to be told.
    () => response.destroy(),
  );
}
