/**
 * KMS, as far as message authentication codes need it: `GenerateMac` under a key of KeyUsage GENERATE_VERIFY_MAC and
 * KeySpec HMAC_256. What such a key holds is derived from its ARN, so that a code is the same in every run; whoever
 * knows the ARN can make it. Every other key is there, and does nothing.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { answerJson, ServiceError } from './json-service.ts';
import type { Assembly } from './template.ts';
import { type Wire, closeServer } from './wire.ts';

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

export async function startKms({ wire, assembly }: KmsOptions): Promise<Kms> {
  const keys = new Map(
    assembly.ofType('AWS::KMS::Key').flatMap((key) => [
      [key.name, key],
      [key.arn, key],
    ]),
  );

  function generateMac({ KeyId = '', Message = '', MacAlgorithm = '' }: Record<string, string>) {
    if (MacAlgorithm !== ALGORITHM && !OTHER_ALGORITHMS.includes(MacAlgorithm))
      throw new ServiceError(
        'ValidationException',
        `Value '${MacAlgorithm}' at 'macAlgorithm' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${[ALGORITHM, ...OTHER_ALGORITHMS].join(', ')}]`,
      );
    const message = Buffer.from(Message, 'base64');
    if (message.length === 0 || message.length > MOST_BYTES)
      throw new ServiceError(
        'ValidationException',
        `Value at 'message' failed to satisfy constraint: Member must have length from 1 to ${MOST_BYTES}`,
      );
    const key = keys.get(KeyId);
    if (!key) throw new ServiceError('NotFoundException', `Key '${KeyId}' does not exist`);
    const { KeyUsage = 'ENCRYPT_DECRYPT', KeySpec = 'SYMMETRIC_DEFAULT', Enabled } = key.properties;
    if (String(Enabled) === 'false') throw new ServiceError('DisabledException', `${key.arn} is disabled.`);
    if (KeyUsage !== 'GENERATE_VERIFY_MAC' || KeySpec !== 'HMAC_256' || MacAlgorithm !== ALGORITHM)
      throw new ServiceError(
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

  const server = createServer((request, response) =>
    answerJson(request, response, { version: '1.1', internal: 'KMSInternalException' }, (target, input) => {
      if (target !== 'TrentService.GenerateMac')
        throw new ServiceError('UnknownOperationException', `KMS on this machine does not know ${target}`);
      return generateMac(input as Record<string, string>);
    }),
  );
  const endpoint = await wire.listen(server);
  return { endpoint, close: () => closeServer(server) };
}
