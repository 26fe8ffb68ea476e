/** SES on this machine as the SDK's client sees it, with a clock that the test moves. */
import {
  CreateTemplateCommand,
  GetSendQuotaCommand,
  GetTemplateCommand,
  ListTemplatesCommand,
  SendBulkTemplatedEmailCommand,
  SendTemplatedEmailCommand,
  SendEmailCommand,
  SESClient,
} from '@aws-sdk/client-ses';
import { afterEach, describe, expect, it } from 'vitest';

import { type AcceptedMail, type Ses, type SesEvent, startSes } from '../../bin/local/cloud/ses.ts';
import type { Resource } from '../../bin/local/cloud/template.ts';
import { createWire } from '../../bin/local/cloud/wire.ts';
import { DAY, HOUR, type Instant, parseInstant } from '../../functions/domain/time.ts';

const NOW = parseInstant('2026-04-14T08:00:00Z');
const SET = 'sunset';
const ALL = ['send', 'delivery', 'bounce', 'complaint', 'reject', 'renderingFailure', 'deliveryDelay'];

interface Started {
  readonly client: SESClient;
  readonly ses: Ses;
  readonly mails: AcceptedMail[];
  readonly events: SesEvent[];
  set(at: Instant): void;
  /** Lets everything happen that is yet to happen. */
  settle(): Promise<void>;
}

let running: Started | undefined;
afterEach(async () => {
  running?.client.destroy();
  await running?.ses.close();
  running = undefined;
});

const resource = (type: string, name: string, properties: Record<string, unknown>): Resource => ({
  type,
  id: name,
  stack: 'stack',
  name,
  arn: name,
  properties,
});
const configurationSet = (name: string, enabled: boolean) =>
  resource('AWS::SES::ConfigurationSet', name, { SendingOptions: { SendingEnabled: enabled } });
const destination = (types: readonly string[], bus = 'arn:aws:events:us-east-1:000000000000:event-bus/default') =>
  resource('AWS::SES::ConfigurationSetEventDestination', 'events', {
    ConfigurationSetName: SET,
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: types,
      EventBridgeDestination: { EventBusArn: bus },
    },
  });

interface Options {
  readonly rate?: number;
  readonly quota?: number;
  readonly types?: readonly string[];
  readonly bus?: string;
}

async function start({ types = ALL, bus, ...limits }: Options = {}): Promise<Started> {
  let now = NOW;
  const resources = [configurationSet(SET, true), configurationSet('paused', false), destination(types, bus)];
  const mails: AcceptedMail[] = [];
  const events: SesEvent[] = [];
  const ses = await startSes({
    wire: createWire({ changed: () => {}, fate: () => undefined, kill: () => {}, allows: () => true }),
    assembly: { ofType: (type) => resources.filter((each) => each.type === type) },
    now: () => now,
    rate: 1_000,
    ...limits,
    onMail: (mail) => void mails.push(mail),
    onEvent: (event) => void events.push(event),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESClient({ endpoint: ses.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  running = {
    client,
    ses,
    mails,
    events,
    set: (at) => (now = at),
    async settle() {
      for (let next = ses.agenda.next(); next !== undefined; next = ses.agenda.next()) {
        now = Math.max(now, next);
        await ses.agenda.run();
      }
    },
  };
  await client.send(
    new CreateTemplateCommand({
      Template: {
        TemplateName: 'd35',
        SubjectPart: 'Until {{endDate}}',
        HtmlPart: '<p>{{endDate}}</p>',
        TextPart: 'The last day is {{endDate}}.',
      },
    }),
  );
  return running;
}

const people = (count: number) => Array.from({ length: count }, (_, at) => `u${at}@example.com`);
function bulk({ client }: Started, addresses: readonly string[], more: object = {}) {
  return client.send(
    new SendBulkTemplatedEmailCommand({
      Source: 'notices@example.com',
      Template: 'd35',
      ConfigurationSetName: SET,
      DefaultTemplateData: '{"endDate":"19 May"}',
      DefaultTags: [{ Name: 'notice', Value: 'd35_2026-05-19' }],
      Destinations: addresses.map((address) => ({
        Destination: { ToAddresses: [address] },
        ReplacementTags: [{ Name: 'person', Value: 'YW5h' }],
        ReplacementTemplateData: '{}',
      })),
      ...more,
    }),
  );
}
const statuses = async (answer: ReturnType<typeof bulk>) => (await answer).Status?.map(({ Status }) => Status);
const repeated = (status: string, count: number) => Array.from({ length: count }, () => status);
const errorOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    (error: unknown) => (error as Error).name,
  );
const types = ({ events }: Started) => events.map(({ detail }) => detail.eventType);

describe('one call', () => {
  it('takes fifty destinations', async () => {
    const world = await start();
    expect(await statuses(bulk(world, people(50)))).toEqual(repeated('Success', 50));
    expect(world.mails.map(({ to }) => to)).toEqual(people(50).map((address) => [address]));
  });

  it.each([51, 0])('does not take %d, and nobody of them is sent anything', async (count) => {
    const world = await start();
    expect(await errorOf(bulk(world, people(count)))).toBe('InvalidParameterValue');
    await world.settle();
    expect([world.mails, world.events]).toEqual([[], []]);
  });

  it('renders each mail with the person’s own values over the shared ones, and escapes nothing', async () => {
    const world = await start();
    const own = {
      Destination: { ToAddresses: ['ana@example.com'] },
      ReplacementTemplateData: '{"endDate":"<b>9 June</b>"}',
    };
    await bulk(world, [], { Destinations: [own, { Destination: { ToAddresses: ['ben@example.com'] } }] });
    expect(world.mails.map(({ subject, html, text }) => [subject, html, text])).toEqual([
      ['Until <b>9 June</b>', '<p><b>9 June</b></p>', 'The last day is <b>9 June</b>.'],
      ['Until 19 May', '<p>19 May</p>', 'The last day is 19 May.'],
    ]);
  });

  it('keeps tags of the call and of the person, sender and time', async () => {
    const world = await start();
    await bulk(world, ['ana@example.com'], { ReplyToAddresses: ['help@example.com'] });
    expect(world.mails).toMatchObject([
      {
        at: NOW,
        from: 'notices@example.com',
        replyTo: ['help@example.com'],
        template: 'd35',
        tags: { notice: 'd35_2026-05-19', person: 'YW5h' },
        configurationSet: SET,
      },
    ]);
  });

  it('names every mail differently', async () => {
    const world = await start();
    const [first, second] = [await bulk(world, people(3)), await bulk(world, people(3))];
    const ids = [...(first.Status ?? []), ...(second.Status ?? [])].map(({ MessageId }) => MessageId);
    expect(new Set(ids).size).toBe(6);
  });

  it('tells of a single bad address, and takes the others', async () => {
    const world = await start();
    const given = ['ana@example.com', 'nobody', 'ben@example.com'];
    expect(await statuses(bulk(world, given))).toEqual(['Success', 'InvalidParameterValue', 'Success']);
  });

  it.each(['d35@2026', 'ü', '', 'a b', 'x'.repeat(257)])('refuses the tag "%s"', async (value) => {
    const world = await start();
    expect(await errorOf(bulk(world, people(1), { DefaultTags: [{ Name: 'notice', Value: value }] }))).toBe(
      'InvalidParameterValue',
    );
    expect(world.mails).toEqual([]);
  });

  it('is refused as a whole under a configuration set that is paused or not there', async () => {
    const world = await start();
    expect(await errorOf(bulk(world, people(1), { ConfigurationSetName: 'paused' }))).toMatch(
      /^ConfigurationSetSendingPaused/,
    );
    expect(await errorOf(bulk(world, people(1), { ConfigurationSetName: 'none' }))).toMatch(
      /^ConfigurationSetDoesNotExist/,
    );
    expect(world.mails).toEqual([]);
  });

  it('has a status for a template that is not there', async () => {
    const world = await start();
    expect(await statuses(bulk(world, people(2), { Template: 'none' }))).toEqual(repeated('TemplateDoesNotExist', 2));
  });
});

describe('the rate', () => {
  it('drops who is too many in a second, and says who', async () => {
    const world = await start({ rate: 10 });
    expect(await statuses(bulk(world, people(14)))).toEqual([
      ...repeated('Success', 10),
      ...repeated('AccountThrottled', 4),
    ]);
    expect(world.mails).toHaveLength(10);
  });

  it('counts any second, not those of the clock', async () => {
    const world = await start({ rate: 10 });
    world.set(NOW + 900);
    await bulk(world, people(10));
    world.set(NOW + 1_100);
    expect(await statuses(bulk(world, people(1)))).toEqual(['AccountThrottled']);
    world.set(NOW + 1_899);
    expect(await statuses(bulk(world, people(1)))).toEqual(['AccountThrottled']);
    world.set(NOW + 1_900);
    expect(await statuses(bulk(world, people(10)))).toEqual(repeated('Success', 10));
  });

  it('is not used up by who was dropped', async () => {
    const world = await start({ rate: 10 });
    await bulk(world, people(40));
    world.set(NOW + 1_000);
    expect(await statuses(bulk(world, people(10)))).toEqual(repeated('Success', 10));
  });
});

describe('the quota', () => {
  it('ends the day’s mail, and comes back a day after it was used', async () => {
    const world = await start({ quota: 12 });
    await bulk(world, people(10));
    world.set(NOW + HOUR);
    expect(await statuses(bulk(world, people(3)))).toEqual(['Success', 'Success', 'AccountDailyQuotaExceeded']);
    world.set(NOW + DAY - 1);
    expect(await statuses(bulk(world, people(1)))).toEqual(['AccountDailyQuotaExceeded']);
    world.set(NOW + DAY);
    expect(await statuses(bulk(world, people(11)))).toEqual([...repeated('Success', 10), 'AccountDailyQuotaExceeded']);
  });

  it('is told with the rate and with what was sent in the last day', async () => {
    const world = await start({ quota: 100, rate: 20 });
    const told = async () => {
      const { Max24HourSend, MaxSendRate, SentLast24Hours } = await world.client.send(new GetSendQuotaCommand({}));
      return [Max24HourSend, MaxSendRate, SentLast24Hours];
    };
    expect(await told()).toEqual([100, 20, 0]);
    await bulk(world, people(7));
    expect(await told()).toEqual([100, 20, 7]);
    world.set(NOW + DAY);
    expect(await told()).toEqual([100, 20, 0]);
  });
});

describe('a single mail', () => {
  const single = ({ client }: Started, data = '{"endDate":"19 May"}') =>
    client.send(
      new SendTemplatedEmailCommand({
        Source: 'notices@example.com',
        Template: 'd35',
        ConfigurationSetName: SET,
        Destination: { ToAddresses: ['ana@example.com'] },
        TemplateData: data,
      }),
    );

  it('is rendered and delivered like one of many', async () => {
    const world = await start();
    const { MessageId } = await single(world);
    await world.settle();
    expect(world.mails).toMatchObject([{ messageId: MessageId, subject: 'Until 19 May' }]);
    expect(types(world)).toEqual(['Send', 'Delivery']);
  });

  it('is told both limits by one code', async () => {
    const world = await start({ rate: 1, quota: 1 });
    await single(world);
    expect(await errorOf(single(world))).toBe('Throttling');
    world.set(NOW + HOUR);
    expect(await errorOf(single(world))).toBe('Throttling');
  });
});

describe('a mail that cannot be rendered', () => {
  it('is accepted like any other, and fails afterwards: accepted is not delivered (promise 5)', async () => {
    const world = await start();
    const answer = await bulk(world, ['ana@example.com'], { DefaultTemplateData: '{"date":"19 May"}' });
    expect(answer.Status).toMatchObject([{ Status: 'Success' }]);
    expect(world.mails).toEqual([]);
    await world.settle();
    expect(world.events).toMatchObject([
      {
        detailType: 'Email Rendering Failed',
        detail: {
          eventType: 'Rendering Failure',
          failure: { templateName: 'd35' },
          mail: { messageId: answer.Status?.[0]?.MessageId, tags: { notice: ['d35_2026-05-19'], person: ['YW5h'] } },
        },
      },
    ]);
    expect(world.events[0]?.detail.failure?.errorMessage).toContain('endDate');
  });

  it('counts against rate and quota', async () => {
    const world = await start({ rate: 1 });
    expect(await statuses(bulk(world, people(2), { DefaultTemplateData: '{}' }))).toEqual([
      'Success',
      'AccountThrottled',
    ]);
  });
});

describe('what comes of a mail is decided by its address:', () => {
  it.each([
    ['ana@example.com', ['Send', 'Delivery'], {}],
    ['success@simulator.amazonses.com', ['Send', 'Delivery'], {}],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    ['bounce+u1@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    [
      'suppressionlist+u1@simulator.amazonses.com',
      ['Send', 'Bounce'],
      { bounceType: 'Permanent', bounceSubType: 'Suppressed' },
    ],
    [
      'ooto+u1@simulator.amazonses.com',
      ['Send', 'Delivery', 'Bounce'],
      { bounceType: 'Transient', bounceSubType: 'General' },
    ],
    ['complaint+u1@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint'], {}],
    ['bounce+u1@example.com', ['Send', 'Delivery'], {}],
  ])('%s', async (address, expected, bounce) => {
    const world = await start();
    await bulk(world, [address]);
    await world.settle();
    expect(types(world)).toEqual(expected);
    const bounces = world.events.flatMap(({ detail }) => detail.bounce ?? []);
    expect(bounces).toHaveLength(expected.filter((type) => type === 'Bounce').length);
    for (const each of bounces) expect(each).toMatchObject(bounce);
  });

  it('later than it was accepted, in order, and with the tags by which it is known again', async () => {
    const world = await start();
    const answer = await bulk(world, ['complaint+u1@simulator.amazonses.com']);
    expect(world.events).toEqual([]);
    await world.settle();
    const instants = world.events.map(({ at }) => at);
    expect(instants[0]).toBeGreaterThan(NOW);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    for (const { detail } of world.events)
      expect(detail.mail).toMatchObject({
        messageId: answer.Status?.[0]?.MessageId,
        timestamp: '2026-04-14T08:00:00.000Z',
        tags: { notice: ['d35_2026-05-19'], person: ['YW5h'], 'ses:configuration-set': [SET] },
      });
  });
});

describe('the suppression list', () => {
  it.each([
    ['bounce+u1@simulator.amazonses.com', 'a hard bounce'],
    ['complaint+u1@simulator.amazonses.com', 'a complaint'],
  ])('has %s after %s: the next mail is accepted and goes nowhere', async (address) => {
    const world = await start();
    await bulk(world, [address]);
    await world.settle();
    world.events.length = 0;
    expect(await statuses(bulk(world, [address.toUpperCase()]))).toEqual(['Success']);
    await world.settle();
    expect(types(world)).toEqual(['Send', 'Bounce']);
    expect(world.events[1]?.detail.bounce).toMatchObject({
      bounceType: 'Permanent',
      bounceSubType: 'OnAccountSuppressionList',
    });
  });

  it('has nobody for an automatic answer, and nobody else’s label', async () => {
    const world = await start();
    await bulk(world, ['ooto+u1@simulator.amazonses.com', 'bounce+u1@simulator.amazonses.com']);
    await world.settle();
    world.events.length = 0;
    await bulk(world, ['ooto+u1@simulator.amazonses.com', 'bounce+u2@simulator.amazonses.com']);
    await world.settle();
    expect(world.events.flatMap(({ detail }) => detail.bounce?.bounceSubType ?? [])).toEqual(['General', 'General']);
  });
});

describe('events', () => {
  it('pass where the configuration set says so, and no others', async () => {
    const world = await start({ types: ['bounce'] });
    await bulk(world, ['ana@example.com', 'bounce+u1@simulator.amazonses.com']);
    await world.settle();
    expect(types(world)).toEqual(['Bounce']);
  });

  it('of a mail without a configuration set are seen by nobody', async () => {
    const world = await start();
    await bulk(world, ['ana@example.com'], { ConfigurationSetName: undefined });
    await world.settle();
    expect([world.mails.length, world.events.length]).toEqual([1, 0]);
  });

  it('to another bus than SES can reach are refused before anything starts', async () => {
    const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/platform';
    await expect(start({ bus })).rejects.toThrow('event-bus/platform');
  });
});

describe('templates', () => {
  const template = (name: string, text: string) =>
    new CreateTemplateCommand({ Template: { TemplateName: name, SubjectPart: 'x', TextPart: text } });

  it('are kept as they were made, and not made twice', async () => {
    const { client, set } = await start();
    set(NOW + 1000);
    await client.send(template('a', 'with <signs> & "quotes" {{endDate}}'));
    set(NOW + 2000);
    expect(await errorOf(client.send(template('a', 'other')))).toMatch(/^AlreadyExists/);
    const { Template } = await client.send(new GetTemplateCommand({ TemplateName: 'a' }));
    expect(Template).toMatchObject({ TemplateName: 'a', TextPart: 'with <signs> & "quotes" {{endDate}}' });
  });

  it('are made once a second, as Amazon allows', async () => {
    const { client, set } = await start();
    set(NOW + 999);
    expect(await errorOf(client.send(template('a', 'x')))).toMatch(/^Throttling/);
    set(NOW + 1000);
    await client.send(template('a', 'x'));
    expect(await errorOf(client.send(template('b', 'x')))).toMatch(/^Throttling/);
  });

  it('that cannot be read are refused', async () => {
    const { client, set } = await start();
    set(NOW + 1000);
    expect(await errorOf(client.send(template('b', '{{#if}')))).toMatch(/^InvalidTemplate/);
    expect(await errorOf(client.send(new GetTemplateCommand({ TemplateName: 'b' })))).toMatch(/^TemplateDoesNotExist/);
  });

  it('are listed page by page', async () => {
    const { client, set } = await start();
    for (const [at, name] of ['c', 'a', 'b'].entries()) {
      set(NOW + (at + 1) * 1000);
      await client.send(template(name, 'x'));
    }
    const names: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListTemplatesCommand({ MaxItems: 3, NextToken: token }));
      names.push(...(page.TemplatesMetadata ?? []).map(({ Name }) => Name));
      token = page.NextToken;
    } while (token !== undefined);
    expect(names).toEqual(['a', 'b', 'c', 'd35']);
  });
});

it('what SES can do and this one cannot is an error, not a silence', async () => {
  const { client } = await start();
  const plain = new SendEmailCommand({
    Source: 'notices@example.com',
    Destination: { ToAddresses: ['ana@example.com'] },
    Message: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } } },
  });
  await expect(client.send(plain)).rejects.toThrow('does not know SendEmail');
});
