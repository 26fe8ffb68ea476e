/** The operators' desk: requests as Lambda brings them, signed by whom the test says, and what is answered. */
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';

import { responding } from '../../../functions/runtime/api.ts';
import type { Office } from '../../../functions/ports.ts';

export const ANA = 'arn:aws:iam::000000000000:user/first-operator';
export const BEN = 'arn:aws:iam::000000000000:user/second-operator';
/** Its session's name is its own choice. */
export const ROLE = 'arn:aws:sts::000000000000:assumed-role/Deployment/second-operator';

export interface Answered {
  readonly status: number;
  readonly body: any;
}
export interface Asks {
  get(path: string): Promise<Answered>;
  post(path: string, body: object, key?: string): Promise<Answered>;
  put(path: string, body: object, key?: string): Promise<Answered>;
}

/** A signed request, as Lambda brings it. */
export function requestOf(
  userArn: string,
  { method, target, body, key }: { method: string; target: string; body?: unknown; key: string },
): APIGatewayProxyEventV2WithIAMAuthorizer {
  const [rawPath = '', query = ''] = target.split('?');
  return {
    rawPath,
    rawQueryString: query,
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    requestContext: { http: { method, path: rawPath }, authorizer: { iam: { userArn } } },
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
}

let keys = 0;

export function deskOf(office: Office): (userArn: string) => Asks {
  const errors: unknown[] = [];
  const respond = responding(office, { error: (_, error) => void errors.push(error) });
  return (userArn) => {
    const ask = async (method: string, target: string, body?: unknown, key?: string): Promise<Answered> => {
      const result = await respond(requestOf(userArn, { method, target, body, key: key ?? `test-key-${++keys}` }));
      if (typeof result === 'string') throw new Error('an answer without a status');
      if (result.statusCode === 500) throw errors.at(-1);
      return { status: result.statusCode ?? 0, body: JSON.parse(result.body ?? 'null') };
    };
    return {
      get: (path) => ask('GET', path),
      post: (path, body, key) => ask('POST', path, body, key),
      put: (path, body, key) => ask('PUT', path, body, key),
    };
  };
}
