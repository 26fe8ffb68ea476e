/**
 * Signatures of requests (version 4), checked as AWS does it: the request is signed again with the caller's secret, and
 * both signatures must be the same. On this machine everybody's secret is `local`, so that anybody can be anybody; the
 * id of an access key is its owner's name, and a session token, where there is one, the name of the role that the owner
 * has assumed. How old a signature is, is not asked: callers live in true time, or in another virtual one.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { ACCOUNT, REGION } from './template.ts';

/** Who calls, as a function with IAM authentication is told: `requestContext.authorizer.iam`. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

const SECRET = 'local';
const SERVICE = 'lambda';
const TOKEN = 'x-amz-security-token';
const CONTENT_HASH = 'x-amz-content-sha256';
/** Names as IAM allows them. */
const NAME = /^[\w+=,.@-]{1,128}$/;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/** Undefined: the request is not signed, or not by whom it says. */
export async function callerOf(request: IncomingMessage, body: Buffer): Promise<IamCaller | undefined> {
  const given = request.headers.authorization ?? '';
  const [, accessKeyId = '', day, region, service, names = ''] = AUTHORIZATION.exec(given) ?? [];
  const signed = new Set(names.split(';'));
  const header = (name: string) => (signed.has(name) ? request.headersDistinct[name]?.join(',') : undefined);
  const sessionToken = header(TOKEN);
  const instant = instantOf(header('x-amz-date') ?? '');
  if (instant === undefined || !header('x-amz-date')?.startsWith(`${day}T`)) return undefined;
  if (region !== REGION || service !== SERVICE || !signed.has('host') || !NAME.test(accessKeyId)) return undefined;
  // A token that nobody has signed could be anybody's.
  if (request.headers[TOKEN] !== undefined && !NAME.test(sessionToken ?? '')) return undefined;
  const contentHash = header(CONTENT_HASH);
  if (contentHash !== undefined && contentHash !== createHash('sha256').update(body).digest('hex')) return undefined;

  const signer = new SignatureV4({
    service: SERVICE,
    region: REGION,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey: SECRET, ...(sessionToken === undefined ? {} : { sessionToken }) },
    applyChecksum: contentHash !== undefined,
  });
  const again = await signer.sign(
    {
      method: request.method ?? '',
      protocol: 'http:',
      hostname: '',
      headers: Object.fromEntries([...signed].map((name) => [name, header(name) ?? ''])),
      body,
      ...targetOf(request.url ?? ''),
    },
    { signingDate: instant, signableHeaders: signed },
  );
  return again.headers['authorization'] === given.replaceAll(/, ?/g, ', ')
    ? iamCaller(accessKeyId, sessionToken)
    : undefined;
}

function iamCaller(name: string, role: string | undefined): IamCaller {
  const userId = role === undefined ? name : `${role}:${name}`;
  return {
    accessKey: name,
    accountId: ACCOUNT,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn:
      role === undefined
        ? `arn:aws:iam::${ACCOUNT}:user/${name}`
        : `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
    userId,
  };
}

/** `20260414T080000Z` */
function instantOf(text: string): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [year, month, date, hour, minute, second] = parts;
  const instant = new Date(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** The path stays as it was sent; of the query each part is decoded, because it is encoded again. */
function targetOf(target: string): { path: string; query: Record<string, string | string[]> } {
  const [path = '', ...rest] = target.split('?');
  const pairs = rest
    .join('?')
    .split('&')
    .filter(Boolean)
    .map((pair) => /^([^=]*)=?(.*)$/s.exec(pair)?.slice(1).map(decoded) ?? []);
  const query: Record<string, string[]> = {};
  for (const [name = '', value = ''] of pairs) (query[name] ??= []).push(value);
  return { path, query };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
