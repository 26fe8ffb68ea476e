/** The adapter and the SES client of the functions, against a server that says what SES says. */
import { SESClient } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createMailer } from '../../functions/adapters/mailer.ts';
import { createTemplates } from '../../functions/adapters/templates.ts';
import { noticeOfTag } from '../../functions/domain/notice-id.ts';
import { idOfTag } from '../../functions/domain/tags.ts';
import type { Letter, Mailer } from '../../functions/ports.ts';
import { PAGE, PLAN } from '../domain/examples.ts';
import { type Answer, clientOf, type Service, startService } from './server.ts';

let service: Service;
let client: SESClient;
let mailer: Mailer;
beforeAll(async () => {
  service = await startService('text/xml');
  client = new SESClient(clientOf(service));
  mailer = createMailer(client, 'sunset');
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});
beforeEach(() => {
  service.asked.length = 0;
});

const letterTo = (userId: string): Letter => ({
  address: `${userId}@example.com`,
  userId,
  values: { endDate: 'Tuesday 19 May 2026', chats: 'one "encrypted" chat' },
});
const SHARED = { endDay: '19 May', zone: 'the "zone"' };
const call = (letters: readonly Letter[]) => ({
  template: 'instagram-e2ee-d35-en-0123456789ab',
  page: PAGE,
  notice: 'd35@2026-05-19',
  sender: PLAN.sender,
  shared: SHARED,
  letters,
});
const send = (...people: string[]) => mailer.send(call(people.map(letterTo)));

/** Statuses by destination, in order. */
function answered(...statuses: string[]): Answer {
  const each = statuses.map((status) => `<member><Status>${status}</Status><MessageId>m</MessageId></member>`);
  return {
    body: `<SendBulkTemplatedEmailResponse><SendBulkTemplatedEmailResult><Status>${each.join('')}</Status></SendBulkTemplatedEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendBulkTemplatedEmailResponse>`,
  };
}
function refused(code: string, status = 400, message = 'no'): Answer {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
}
const form = (at = 0) => new URLSearchParams(service.asked[at]?.body);
const tagsOf = (destination: number) =>
  new Map(
    [1, 2, 3].map((at) => {
      const tag = `Destinations.member.${destination}.ReplacementTags.member.${at}`;
      return [form().get(`${tag}.Name`), form().get(`${tag}.Value`) ?? ''];
    }),
  );

describe('one call', () => {
  it('names the template, the configuration set, the sender and where answers go', async () => {
    service.answer = () => answered('Success');
    await send('ana');
    expect(Object.fromEntries(form())).toMatchObject({
      Action: 'SendBulkTemplatedEmail',
      Template: 'instagram-e2ee-d35-en-0123456789ab',
      ConfigurationSetName: 'sunset',
      Source: '"Instagram" <notices@example.com>',
      'ReplyToAddresses.member.1': 'help@example.com',
      DefaultTemplateData: '{}',
    });
  });

  it('gives each person a destination, values and a tag of their own, and no other person’s address', async () => {
    service.answer = () => answered('Success', 'Success');
    await send('ana', 'ben');
    for (const [at, userId] of ['ana', 'ben'].entries()) {
      const own = `Destinations.member.${at + 1}`;
      const fields = [...form()].filter(([name]) => name.startsWith(`${own}.`));
      expect(fields.filter(([, value]) => value.includes('@'))).toEqual([
        [`${own}.Destination.ToAddresses.member.1`, `${userId}@example.com`],
      ]);
      expect(JSON.parse(form().get(`${own}.ReplacementTemplateData`) ?? '')).toEqual({
        ...SHARED,
        ...letterTo(userId).values,
      });
      expect(idOfTag(tagsOf(at + 1).get('person') ?? '')).toEqual({ id: userId });
    }
  });

  it('carries with each destination all tags, from which page and notice are read again, in signs that SES allows', async () => {
    service.answer = () => answered('Success');
    await send('ana/ß +~');
    // Whether defaults are added to a destination's own tags or replaced by them is not documented.
    expect([...form().keys()].filter((name) => name.startsWith('DefaultTags'))).toEqual([]);
    const tags = tagsOf(1);
    expect(idOfTag(tags.get('page') ?? '')).toEqual({ id: PAGE });
    expect(noticeOfTag(tags.get('notice') ?? '')).toBe('d35@2026-05-19');
    const values = [...form()].filter(([name]) => /Tags\.member\.\d+\.(Name|Value)$/.test(name));
    expect(values).toHaveLength(6);
    for (const [, value] of values) expect(value).toMatch(/^[\w-]{1,256}$/);
  });

  it('lets no sender’s name break out of its quotes', async () => {
    service.answer = () => answered('Success');
    const name = 'A" <ben@example.org>, "B\\';
    await mailer.send({ ...call([letterTo('ana')]), sender: { ...PLAN.sender, name } });
    expect(form().get('Source')).toBe('"A <ben@example.org>, B" <notices@example.com>');
  });

  it('writes a sender’s name that is not ASCII as an encoded word', async () => {
    service.answer = () => answered('Success');
    await mailer.send({ ...call([letterTo('ana')]), sender: { ...PLAN.sender, name: 'Größe' } });
    expect(form().get('Source')).toBe('=?UTF-8?B?R3LDtsOfZQ==?= <notices@example.com>');
  });

  it('writes a long one as several words, none of which cuts a sign in two', async () => {
    service.answer = () => answered('Success');
    await mailer.send({ ...call([letterTo('ana')]), sender: { ...PLAN.sender, name: 'ß'.repeat(50) } });
    const words = form().get('Source')?.split(' ').slice(0, -1) ?? [];
    expect(words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('')).toBe('ß'.repeat(50));
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
  });

  it('is refused in a function that is told no configuration set: nobody would learn what became of the mail', async () => {
    await expect(createMailer(client, undefined).send(call([letterTo('ana')]))).rejects.toThrow('CONFIGURATION_SET');
    expect(service.asked).toEqual([]);
  });
});

describe('what SES says of single people', () => {
  it('is told by letter, in order', async () => {
    service.answer = () =>
      answered('Success', 'AccountThrottled', 'InvalidParameterValue', 'MessageRejected', 'Success');
    expect(await send('ana', 'ben', 'cleo', 'dan', 'eva')).toEqual({
      kind: 'answered',
      outcomes: ['accepted', 'throttled', 'refused', 'refused', 'accepted'],
    });
  });

  it.each(['AccountThrottled', 'AccountDailyQuotaExceeded', 'TransientFailure'])('%s is sent again', async (status) => {
    service.answer = () => answered(status);
    expect(await send('ana')).toEqual({ kind: 'answered', outcomes: ['throttled'] });
  });

  it.each([
    'AccountSuspended',
    'AccountSendingPaused',
    'ConfigurationSetDoesNotExist',
    'ConfigurationSetSendingPaused',
    'InvalidSendingPoolName',
    'MailFromDomainNotVerified',
    'TemplateDoesNotExist',
  ])('%s is no fault of the person, and is told as the account’s', async (status) => {
    service.answer = () => answered('Success', status);
    expect(await send('ana', 'ben')).toEqual({
      kind: 'answered',
      outcomes: ['accepted', 'throttled'],
      account: status,
    });
  });

  it('is no answer where it does not speak of all: the claim stays open', async () => {
    service.answer = () => answered('Success');
    await expect(send('ana', 'ben')).rejects.toThrow('SES answered for 1 of 2');
  });
});

describe('what SES says of a whole call', () => {
  it.each(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'LimitExceeded', 'LimitExceededException'])(
    '%s: nobody was sent anything, later somebody may be',
    async (code) => {
      service.answer = () => refused(code);
      expect(await send('ana')).toEqual({ kind: 'throttled' });
    },
  );

  it.each(['InvalidParameterValue', 'MessageRejected', 'ValidationError', 'InvalidTemplateData'])(
    '%s: one of the letters is why, and the call is to be split',
    async (code) => {
      service.answer = () => refused(code);
      expect(await send('ana')).toEqual({ kind: 'malformed' });
    },
  );

  it('MessageRejected: the account is to be put right where an identity is not verified', async () => {
    service.answer = () =>
      refused('MessageRejected', 400, 'Email address is not verified. The following identities failed');
    expect(await send('ana')).toEqual({ kind: 'account', why: 'IdentityNotVerified' });
  });

  it.each([
    ['AccountSendingPausedException', 'AccountSendingPaused'],
    ['ConfigurationSetDoesNotExist', 'ConfigurationSetDoesNotExist'],
    ['ConfigurationSetSendingPausedException', 'ConfigurationSetSendingPaused'],
    ['MailFromDomainNotVerifiedException', 'MailFromDomainNotVerified'],
    ['TemplateDoesNotExist', 'TemplateDoesNotExist'],
    ['AccessDenied', 'AccessDenied'],
  ])('%s: people have to act', async (code, why) => {
    service.answer = () => refused(code, code === 'AccessDenied' ? 403 : 400);
    expect(await send('ana')).toEqual({ kind: 'account', why });
  });

  it.each([
    ['an error of SES itself', refused('InternalFailure', 500)],
    ['a service that is not available', refused('ServiceUnavailable', 503)],
    ['a connection that breaks off', null],
    ['an answer that is none', { body: 'not XML' }],
  ])('%s is thrown: nobody knows whom SES has accepted (promise 7)', async (_, said) => {
    service.answer = () => said;
    await expect(send('ana')).rejects.toThrow();
  });

  it.each([['Throttling'], ['InternalFailure']])('%s is asked once: the client repeats nothing', async (code) => {
    service.answer = () => refused(code, code === 'Throttling' ? 400 : 500);
    await send('ana').catch(() => {});
    expect(service.asked).toHaveLength(1);
  });
});

describe('the quota', () => {
  const quota = (content: string): Answer => ({
    body: `<GetSendQuotaResponse><GetSendQuotaResult>${content}</GetSendQuotaResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetSendQuotaResponse>`,
  });

  it('is what SES says', async () => {
    service.answer = () =>
      quota(
        '<Max24HourSend>50000.0</Max24HourSend><MaxSendRate>14.0</MaxSendRate><SentLast24Hours>127.0</SentLast24Hours>',
      );
    expect(await mailer.quota()).toEqual({ rate: 14, daily: 50_000, sentToday: 127 });
  });

  it('is that of a new account where SES does not say', async () => {
    service.answer = () => quota('');
    expect(await mailer.quota()).toEqual({ rate: 1, daily: 200, sentToday: 0 });
  });
});

describe('templates', () => {
  const letter = {
    stage: 'd1',
    language: 'de',
    hash: '0123456789ab',
    name: 'instagram-e2ee-d1-de-0123456789ab',
    subject: 'Chats',
    html: '<p>{{endDate}}</p>',
    text: '{{endDate}}',
  };

  it('are brought to SES with each of their parts', async () => {
    service.answer = () => ({
      body: '<CreateTemplateResponse><CreateTemplateResult/><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></CreateTemplateResponse>',
    });
    expect(await createTemplates(client).create(letter)).toBe('created');
    expect(Object.fromEntries(form())).toMatchObject({
      Action: 'CreateTemplate',
      'Template.TemplateName': letter.name,
      'Template.SubjectPart': letter.subject,
      'Template.HtmlPart': letter.html,
      'Template.TextPart': letter.text,
    });
  });

  it('that are there stay as they are', async () => {
    service.answer = () => refused('AlreadyExists');
    expect(await createTemplates(client).create(letter)).toBe('there');
    expect(service.asked).toHaveLength(1);
  });

  it.each(['Throttling', 'ThrottlingException'])(
    'that come too fast are to be brought later, by whoever knows how long to wait: %s',
    async (code) => {
      service.answer = () => refused(code, 400, 'Rate exceeded');
      expect(await createTemplates(client).create(letter)).toBe('later');
      expect(service.asked).toHaveLength(1);
    },
  );

  it.each([
    ['an account that may not', refused('AccessDenied', 403)],
    ['an account that has too many', refused('LimitExceeded')],
    ['SES that is broken', refused('InternalFailure', 500)],
    ['a connection that breaks off', null],
  ])('are an error, not a matter of waiting, with %s', async (_, said) => {
    service.answer = () => said;
    await expect(createTemplates(client).create(letter)).rejects.toThrow();
    expect(service.asked).toHaveLength(1);
  });

  it('that SES refuses are an error', async () => {
    service.answer = () => refused('InvalidTemplate');
    await expect(createTemplates(client).create(letter)).rejects.toThrow();
  });
});
