/** The adapter and the KMS client of the functions, against a server that says what KMS says. */
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createLinks } from '../../functions/adapters/links.ts';
import { linkKey, openLink, sealLink } from '../../functions/domain/link.ts';
import { DAY } from '../../functions/domain/time.ts';
import { type Answer, clientOf, type Service, startService } from './server.ts';

let service: Service;
let client: KMSClient;
beforeAll(async () => {
  service = await startService('application/x-amz-json-1.1');
  client = new KMSClient(clientOf(service));
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});
beforeEach(() => {
  service.asked.length = 0;
  service.answer = () => mac(SECRET);
});

const SECRET = Buffer.alloc(32, 'secret');
const KEY_ID = 'arn:aws:kms:us-east-1:111122223333:key/links';
const mac = (bytes: Buffer): Answer => ({ body: JSON.stringify({ Mac: bytes.toString('base64'), KeyId: KEY_ID }) });
const broken: Answer = { status: 500, body: JSON.stringify({ __type: 'KMSInternalException' }) };
const links = (sunset = 'instagram-e2ee') =>
  createLinks(client, { keyId: KEY_ID, sunset, base: 'https://notices.example.com/p/' });

describe('the key of people’s links', () => {
  it('is derived from KMS’s answer about this sunset, by the key that the function is told', async () => {
    expect(await links().key()).toEqual(linkKey(SECRET));
    const [asked] = service.asked;
    expect(asked?.headers['x-amz-target']).toBe('TrentService.GenerateMac');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      KeyId: KEY_ID,
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from('sunset links of instagram-e2ee').toString('base64'),
    });
  });

  it('is another for another sunset, because KMS is asked something else', async () => {
    await links().key();
    await links('other').key();
    const [one, other] = service.asked.map(({ body }) => (JSON.parse(body) as { Message: string }).Message);
    expect(one).not.toBe(other);
  });

  it('is asked for once a process, however often and however many at once', async () => {
    const own = links();
    const keys = await Promise.all([own.key(), own.key(), own.key()]);
    keys.push(await own.key());
    expect(service.asked).toHaveLength(1);
    for (const key of keys) expect(key).toEqual(linkKey(SECRET));
  });

  it('is asked for by each process: nothing is kept outside of it', async () => {
    await links().key();
    await links().key();
    expect(service.asked).toHaveLength(2);
  });

  it('is not asked for before somebody needs it', () => {
    expect(links().base).toBe('https://notices.example.com/p/');
    expect(service.asked).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['that KMS is broken', broken],
    ['that the connection breaks off', null],
    ['that there is no MAC', { body: JSON.stringify({ KeyId: KEY_ID }) }],
    ['that the MAC is too short to be one', mac(Buffer.alloc(16))],
  ])('does not remember %s: who asks next gets the key', async (_, said) => {
    const own = links();
    service.answer = () => said;
    const together = await Promise.allSettled([own.key(), own.key()]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(own.key()).rejects.toThrow();
    service.answer = () => mac(SECRET);
    expect(await own.key()).toEqual(linkKey(SECRET));
    const asked = service.asked.length;
    await own.key();
    expect(service.asked).toHaveLength(asked);
  });

  it('opens in one process what another has sealed, as long as KMS says the same', async () => {
    const x = { sunset: 'instagram-e2ee', userId: 'ana', expires: DAY * 20_000 };
    const token = sealLink(await links().key(), x);
    expect(openLink(await links().key(), { sunset: x.sunset, token, now: 0 })).toEqual({ userId: 'ana' });
    service.answer = () => mac(Buffer.alloc(32, 'another'));
    expect(openLink(await links().key(), { sunset: x.sunset, token, now: 0 })).toBe('void');
  });
});
