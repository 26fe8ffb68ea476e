/**
 * KMS, as far as message authentication codes need it: `GenerateMac` under a key of KeyUsage GENERATE_VERIFY_MAC and
 * KeySpec HMAC_256. What such a key holds is derived from its ARN, so that a code is the same in every run; whoever
 * knows the ARN can make it. Every other key is there, and does nothing.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Assembly } from './template.ts';
import { type Wire, bodyOf, closeServer } from './wire.ts';

export interface Kms {
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface KmsOptions {
  readonly wire: Wire;
  readonly assembly: Pick<Assembly, 'ofType'>;
}

const ALGORITHM = 'HMAC_SHA_256';
/** Of other keys than the ones that are honoured here. */
const OTHER_ALGORITHMS = ['HMAC_SHA_224', 'HMAC_SHA_384', 'HMAC_SHA_512'];
const MOST_BYTES = 4096;

/** An error as KMS answers it. */
class KmsError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function startKms({ wire, assembly }: KmsOptions): Promise<Kms> {
  const keys = new Map(
    assembly.ofType('AWS::KMS::Key').flatMap((key) => [
      [key.name, key],
      [key.arn, key],
    ]),
  );

  function generateMac({ KeyId = '', Message = '', MacAlgorithm = '' }: Record<string, string>) {
    if (MacAlgorithm !== ALGORITHM && !OTHER_ALGORITHMS.includes(MacAlgorithm))
      throw new KmsError(
        'ValidationException',
        `Value '${MacAlgorithm}' at 'macAlgorithm' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${[ALGORITHM, ...OTHER_ALGORITHMS].join(', ')}]`,
      );
    const message = Buffer.from(Message, 'base64');
    if (message.length === 0 || message.length > MOST_BYTES)
      throw new KmsError(
        'ValidationException',
        `Value at 'message' failed to satisfy constraint: Member must have length from 1 to ${MOST_BYTES}`,
      );
    const key = keys.get(KeyId);
    if (!key) throw new KmsError('NotFoundException', `Key '${KeyId}' does not exist`);
    const { KeyUsage = 'ENCRYPT_DECRYPT', KeySpec = 'SYMMETRIC_DEFAULT', Enabled } = key.properties;
    if (String(Enabled) === 'false') throw new KmsError('DisabledException', `${key.arn} is disabled.`);
    if (KeyUsage !== 'GENERATE_VERIFY_MAC' || KeySpec !== 'HMAC_256' || MacAlgorithm !== ALGORITHM)
      throw new KmsError(
        'InvalidKeyUsageException',
        `${key.arn} of ${String(KeyUsage)} and ${String(KeySpec)} makes no ${MacAlgorithm}: ` +
          `on this machine a key of GENERATE_VERIFY_MAC and HMAC_256 makes ${ALGORITHM}`,
      );
    const material = createHash('sha256').update(key.arn).digest();
    return {
      KeyId: key.arn,
      Mac: createHmac('sha256', material).update(message).digest('base64'),
      MacAlgorithm,
    };
  }

  function answerTo(target: string, body: string): object {
    if (target !== 'TrentService.GenerateMac')
      throw new KmsError('UnknownOperationException', `KMS on this machine does not know ${target}`);
    return generateMac(JSON.parse(body) as Record<string, string>);
  }

  const server = createServer((request, response) => {
    const answer = (status: number, content: object) => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(content));
    };
    bodyOf(request).then(
      (body) => {
        try {
          answer(200, answerTo(String(request.headers['x-amz-target']), body));
        } catch (error) {
          const [status, code] = error instanceof KmsError ? [400, error.code] : [500, 'KMSInternalException'];
          answer(status, { __type: code, message: (error as Error).message });
        }
      },
      // A request that broke off has nobody to be told.
      () => response.destroy(),
    );
  });
  const endpoint = await wire.listen(server);
  return { endpoint, close: () => closeServer(server) };
}
