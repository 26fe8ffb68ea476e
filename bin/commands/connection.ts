/** Where the operator API is, and as whom it is asked: the local system, or AWS with its ordinary chain of credentials. */
import { Refusal, wrongUse } from './exit.ts';
import type { Connection, Credentials, Io } from './io.ts';

const DEFAULT_STACK = 'instagram-e2ee';
export const URL_OUTPUT = 'OperatorUrl';
const LOCAL_REGION = 'us-east-1';

export interface Where {
  readonly url?: string | undefined;
  readonly stack?: string | undefined;
  /** Empty: the one that the environment names. */
  readonly local?: string | undefined;
  readonly as?: string | undefined;
}

/** @throws Refusal where it cannot be found, or nobody has signed in */
export async function connection(where: Where, io: Io): Promise<Connection> {
  const { environment } = io;
  if (where.as !== undefined && where.local === undefined && io.connect === undefined)
    wrongUse('--as is for the local system only.', 'Add --local, or sign in to AWS as the person you are.');
  if (io.connect !== undefined) return io.connect;
  if (where.local !== undefined) {
    const url = where.local || environment['SUNSET_LOCAL'];
    if (url === undefined || url === '')
      wrongUse(
        '--local has no address.',
        'Give the one that npm start prints: --local http://127.0.0.1:PORT/, or set SUNSET_LOCAL to it.',
      );
    return { url: checked(url), credentials: localOperator(where.as ?? 'first-operator'), region: LOCAL_REGION };
  }
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  const credentials = await signedIn();
  const given = where.url ?? environment['SUNSET_URL'];
  if (given !== undefined && given !== '') {
    const url = checked(given);
    const named = region ?? /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(new URL(url).hostname)?.[1];
    return { url, credentials, region: named ?? noRegion() };
  }
  const stack = where.stack ?? environment['SUNSET_STACK'] ?? DEFAULT_STACK;
  return {
    url: await urlOfStack(stack, { credentials, region: region ?? noRegion() }),
    credentials,
    region: region ?? '',
  };
}

/** `NAME`: a user of that name. `ROLE/NAME`: somebody of that name in a role. */
export function localOperator(as: string): Credentials {
  const [, role, name] = /^(?:([\w+=,.@-]+)\/)?([\w+=,.@-]+)$/.exec(as) ?? [];
  if (name === undefined)
    wrongUse(`--as is "${as}".`, 'Give a name, or ROLE/NAME: --as first-operator, --as Operators/first-operator.');
  return { accessKeyId: name, secretAccessKey: 'local', ...(role === undefined ? {} : { sessionToken: role }) };
}

function checked(url: string): string {
  const { protocol, hostname } = URL.parse(url) ?? {};
  if (protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname ?? '')))
    return url;
  return wrongUse(
    `The address of the operator API is "${url}".`,
    'Give one that begins with https://, or http:// on this machine.',
  );
}

const noRegion = () =>
  wrongUse('No AWS region is known.', 'Set AWS_REGION to the region in which the sunset was deployed.');

async function signedIn(): Promise<() => Promise<Credentials>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const provider = defaultProvider();
  try {
    await provider();
    return provider;
  } catch (cause) {
    throw new Refusal(
      {
        code: 'no-credentials',
        sentence: 'There are no AWS credentials.',
        todo: 'Sign in, for example with aws sso login, and set AWS_PROFILE; for the local system add --local.',
      },
      { cause },
    );
  }
}

async function urlOfStack(stack: string, settings: Pick<Connection, 'credentials' | 'region'>): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const url = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === URL_OUTPUT)?.OutputValue;
    if (url !== undefined) return checked(url);
  } catch (cause) {
    const { name, message } = cause as Error;
    if (!(name === 'ValidationError' && message.includes('does not exist'))) throw unreadable(stack, cause as Error);
  } finally {
    client.destroy();
  }
  throw new Refusal({
    code: 'unknown-stack',
    sentence: `No stack "${stack}" with the output ${URL_OUTPUT} is in ${settings.region}.`,
    todo: 'Name the stack with --stack or SUNSET_STACK, set AWS_REGION to its region, or give the address with --url.',
  });
}

function unreadable(stack: string, cause: Error): Refusal {
  const denied = /AccessDenied|ExpiredToken|InvalidClientTokenId|UnrecognizedClient/.test(cause.name);
  return new Refusal(
    {
      code: denied ? 'not-allowed' : 'no-answer',
      sentence: `The outputs of the stack "${stack}" cannot be read (${cause.name}).`,
      todo: denied
        ? 'Sign in anew, with a role that may call cloudformation:DescribeStacks; or give the address with --url.'
        : 'Check the network and the region, or give the address with --url.',
    },
    { cause },
  );
}
