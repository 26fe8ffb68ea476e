import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Duration, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { FeedbackMessage } from '../../functions/contracts/messages.ts';
import { deploy } from '../../lib/deployment.ts';
import type { GivenEnvironment } from '../../lib/constructs/service-function.ts';
import { Worker } from '../../lib/constructs/worker.ts';
import * as rule from './rules.ts';
import { anApp, broken, handlers, one, resources, synthesise, type Template } from './synthesis.ts';

const { assembly, state, sunset } = synthesise();
const SUNSET = 'instagram-e2ee';

/** The rule holds for the template; its twin shows that it would not hold for this broken one. */
function holds(
  name: string,
  check: (template: Template) => string[],
  template: Template,
  mutate: (copy: Template) => void,
): void {
  test(name, () => expect(check(template)).toEqual([]));
  test(`${name}: the check can fail`, () => expect(check(broken(template, mutate))).not.toEqual([]));
}

describe('queues', () => {
  holds('every queue has dead letters', rule.queuesWithoutDeadLetters, sunset, (copy) => {
    delete one(copy, 'AWS::SQS::Queue', 'NotifyQueue').Properties['RedrivePolicy'];
  });
  holds('dead letters are kept for two weeks', rule.deadLettersThatExpireEarly, sunset, (copy) => {
    one(copy, 'AWS::SQS::Queue', 'TickDeadLetters').Properties['MessageRetentionPeriod'] = 345600;
  });
  holds('every queue has an alarm', rule.queuesWithoutAlarm, sunset, (copy) => {
    one(copy, 'AWS::CloudWatch::Alarm', 'SweepDeadLettersAlarm').Properties['Threshold'] = 2;
  });
  holds('every queue is encrypted', rule.unencryptedQueues, sunset, (copy) => {
    delete one(copy, 'AWS::SQS::Queue', 'FeedbackQueue').Properties['SqsManagedSseEnabled'];
  });
  holds('every queue refuses plain HTTP', rule.queuesOpenToPlainHttp, sunset, (copy) => {
    one(copy, 'AWS::SQS::QueuePolicy', 'FeedbackQueue').Properties['PolicyDocument'].Statement.shift();
  });
  holds(
    'a message stays hidden for six timeouts of its function',
    rule.visibilityShorterThanSixTimeouts,
    sunset,
    (copy) => {
      one(copy, 'AWS::Lambda::Function', 'DisableFunction').Properties['Timeout'] = 121;
    },
  );
  holds('a message that fails alone comes back alone', rule.mappingsThatFailWholeBatches, sunset, (copy) => {
    delete one(copy, 'AWS::Lambda::EventSourceMapping', 'FeedbackFunction').Properties['FunctionResponseTypes'];
  });
  holds('no queue can take all of the account', rule.mappingsWithoutConcurrencyLimit, sunset, (copy) => {
    delete one(copy, 'AWS::Lambda::EventSourceMapping', 'NotifyFunction').Properties['ScalingConfig'];
  });
  holds('every queue has a function', rule.queuesWithoutFunction, sunset, (copy) => {
    for (const [id] of resources(copy, 'AWS::Lambda::EventSourceMapping')) delete copy.Resources[id];
  });

  test('a visibility timeout below six timeouts does not synthesise', () => {
    const props = {
      name: 'notify',
      impact: 'None.',
      timeout: Duration.seconds(10),
      maxConcurrency: 2,
      oldestMessage: Duration.minutes(1),
    } as const;
    expect(
      () => new Worker(new Stack(anApp()), 'Notice', { ...props, visibilityTimeout: Duration.seconds(59) }),
    ).toThrow('visibility timeout of notify is 59 s; allowed is 60 s or more');
  });

  test('a queue that nobody works off does not synthesise', () => {
    const app = anApp();
    const limits = { timeout: Duration.seconds(10), maxConcurrency: 2, oldestMessage: Duration.minutes(1) };
    new Worker(new Stack(app, 'Stack'), 'Notice', { name: 'notify', impact: 'None.', ...limits });
    expect(() => app.synth()).toThrow('queue Notice has no function');
  });

  test('only feedback is read in batches', () => {
    const sizes = resources(sunset, 'AWS::Lambda::EventSourceMapping').map(([id, { Properties }]) => [
      id.match(/^[A-Z][a-z]+/)?.[0],
      Properties['BatchSize'],
    ]);
    expect(Object.fromEntries(sizes)).toEqual({ Dispatch: 1, Notify: 1, Sweep: 1, Disable: 1, Feedback: 100 });
  });
});

describe('functions', () => {
  holds(
    'every function runs Node 24 on ARM, logs JSON for a while, and has its alarms',
    rule.unfitFunctions,
    sunset,
    (copy) => {
      one(copy, 'AWS::Lambda::Function', 'TickFunction').Properties['Runtime'] = 'nodejs22.x';
    },
  );
  holds(
    'every function has the variables of its contract and no other',
    rule.environmentsBesideContract,
    sunset,
    (copy) => {
      one(copy, 'AWS::Lambda::Function', 'SweepFunction').Properties['Environment'].Variables[
        'AWS_NODEJS_CONNECTION_REUSE_ENABLED'
      ] = '1';
    },
  );

  test('a variable that the stack forgets does not compile', () => {
    // @ts-expect-error PLATFORM_BUS is missing: without this error, the types of the environment check nothing.
    const forgetful: GivenEnvironment<'report'> = { SUNSET: 's', PLAN_TABLE: 'p', LEDGER_TABLE: 'l' };
    expect(forgetful).not.toHaveProperty('PLATFORM_BUS');
  });

  test('every bundle is an ES module', () => {
    const codes = resources(sunset, 'AWS::Lambda::Function').map(([, { Properties }]) =>
      Properties['Code'].S3Key.replace('.zip', ''),
    );
    expect(new Set(codes).size).toBe(7);
    for (const code of codes) {
      const folder = join(assembly.directory, `asset.${code}`);
      expect(existsSync(folder) && readdirSync(folder)).toEqual(['index.mjs']);
      expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).toMatch(/export\s*\{/);
    }
  });

  test('each function with a lease knows its own timeout', () => {
    for (const name of ['dispatch', 'notify', 'sweep', 'disable'] as const) {
      const { Timeout, Environment } = rule.functionNamed(sunset, name).Properties;
      expect(Environment.Variables.FUNCTION_TIMEOUT_SECONDS).toBe(String(Timeout));
    }
  });

  test('the functions may run as long as the design says', () => {
    const timeouts = {
      tick: 60,
      dispatch: 60,
      notify: 120,
      sweep: 300,
      disable: 120,
      feedback: 30,
      report: 900,
    } as const;
    for (const [name, seconds] of Object.entries(timeouts)) {
      expect([name, rule.functionNamed(sunset, name as keyof typeof timeouts).Properties['Timeout']]).toEqual([
        name,
        seconds,
      ]);
    }
  });
});

describe('permissions', () => {
  const policy = (copy: Template, begin: string) =>
    one(copy, 'AWS::IAM::Policy', begin).Properties['PolicyDocument'].Statement;
  const may = (who: string, what: RegExp) =>
    rule
      .permissions(sunset)
      .filter(({ policy, action, resource }) => policy.startsWith(who) && what.test(`${action} ${resource}`))
      .map(({ action }) => action)
      .toSorted();

  holds(
    'no wildcard but the two that are explained',
    (template) => rule.wildcards(template, SUNSET),
    sunset,
    (copy) => {
      policy(copy, 'DisableFunction').push({ Effect: 'Allow', Action: 'dynamodb:*', Resource: 'arn' });
    },
  );
  test('a wildcard inside a resource would be found', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'dynamodb:Scan',
      Resource: { 'Fn::Join': ['', [{ Ref: 'T' }, '/index/*']] },
    };
    const wide = broken(sunset, (copy) => void policy(copy, 'SweepFunction').push(statement));
    expect(rule.wildcards(wide, SUNSET)).toHaveLength(1);
  });
  holds('every role has its statements where this test looks', rule.rolesWithOtherPolicies, sunset, (copy) => {
    one(copy, 'AWS::IAM::Role', 'TickFunction').Properties['ManagedPolicyArns'] = [
      'arn:aws:iam::aws:policy/AdministratorAccess',
    ];
  });

  test('only disable may change a chat, and only by update', () => {
    const writers = rule
      .permissions(sunset)
      .filter(({ action, resource }) => /(Put|Update|Delete|Write)/.test(action) && /Att(Chats|Users)/.test(resource));
    expect(writers.map(({ policy, action }) => [policy.match(/^[A-Z][a-z]+/)?.[0], action])).toEqual([
      ['Disable', 'dynamodb:UpdateItem'],
    ]);
  });
  test('only notify may send mail', () => {
    expect(
      new Set(
        rule
          .permissions(sunset)
          .filter(({ action }) => action.startsWith('ses:Send'))
          .map(({ policy }) => policy.match(/^[A-Z][a-z]+/)?.[0]),
      ),
    ).toEqual(new Set(['Notify']));
  });
  test('only sweep walks, and only the index of encrypted chats', () => {
    const scans = rule.permissions(sunset).filter(({ action }) => action === 'dynamodb:Scan');
    expect(
      scans.map(({ policy, resource }) => [policy.match(/^[A-Z][a-z]+/)?.[0], resource.replace(/^<.*>/, '')]),
    ).toEqual([['Sweep', '/index/encrypted']]);
  });
  test('no function sends to its own queue', () => {
    for (const step of ['Dispatch', 'Notify', 'Sweep', 'Disable', 'Feedback']) {
      expect(may(`${step}Function`, new RegExp(`sqs:SendMessage <${step}Queue`))).toEqual([]);
    }
    expect(may('DispatchFunction', /sqs:SendMessage <NotifyQueue/)).toEqual(['sqs:SendMessage']);
  });
  test('report does not touch the ledger', () => {
    expect(may('ReportFunction', /AttLedger/)).toEqual([]);
  });
});

describe('tables', () => {
  holds('no table can be lost, and each is paid by use', rule.tablesThatCanBeLost, state, (copy) => {
    one(copy, 'AWS::DynamoDB::Table', 'Ledger').Properties['DeletionProtectionEnabled'] = false;
  });
  holds('no key can be lost, and each rotates', rule.keysThatCanBeLost, state, (copy) => {
    delete one(copy, 'AWS::KMS::Key').DeletionPolicy;
  });

  test('all four are there', () => expect(resources(state, 'AWS::DynamoDB::Table')).toHaveLength(4));

  test('the index over encrypted chats is sparse and carries what the first look needs', () => {
    expect(one(state, 'AWS::DynamoDB::Table', 'Chats').Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'encrypted',
        KeySchema: [
          { AttributeName: 'chatId', KeyType: 'HASH' },
          { AttributeName: 'encryptedSince', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['participants', 'encryption', 'version'] },
      },
    ]);
  });

  test('imported tables are used under their own names and not created', () => {
    const imported = synthesise({
      platform: JSON.stringify({
        usersTable: 'prod-people',
        chatsTable: 'prod-threads',
        mapping: { chats: { chatId: 'threadId', version: null, index: 'e2ee-threads' } },
      }),
    });
    expect(resources(imported.state, 'AWS::DynamoDB::Table').map(([id]) => id.slice(0, 4))).toEqual(['Plan', 'Ledg']);
    const { CHATS_TABLE, USERS_TABLE, PLATFORM_MAPPING } = rule.functionNamed(imported.sunset, 'sweep').Properties[
      'Environment'
    ].Variables;
    expect(JSON.stringify([USERS_TABLE, CHATS_TABLE])).toContain('prod-people');
    expect(JSON.stringify([USERS_TABLE, CHATS_TABLE])).toContain('prod-threads');
    expect(JSON.parse(PLATFORM_MAPPING).chats).toMatchObject({
      chatId: 'threadId',
      version: null,
      encryption: 'encryption',
    });
    expect(rule.wildcards(imported.sunset, SUNSET)).toEqual([]);
    expect(
      rule
        .permissions(imported.sunset)
        .some(
          ({ action, resource }) =>
            action === 'dynamodb:Scan' && resource.endsWith('table/prod-threads/index/e2ee-threads'),
        ),
    ).toBe(true);
  });
});

describe('schedule', () => {
  test('two clocks, no more: tick every minute, report every night', () => {
    const schedules = resources(sunset, 'AWS::Events::Rule').map(
      ([, { Properties }]) => Properties['ScheduleExpression'],
    );
    expect(schedules.filter((schedule) => schedule !== undefined)).toEqual(['rate(1 minute)', 'cron(30 2 * * ? *)']);
  });
  holds('no rule gives up silently', rule.targetsThatGiveUpSilently, sunset, (copy) => {
    delete one(copy, 'AWS::Events::Rule', 'TickRule').Properties['Targets'][0].DeadLetterConfig;
  });
  test('a scheduled call that fails in the function ends in dead letters too', () => {
    const configs = resources(sunset, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { Properties }]) => Properties['DestinationConfig'].OnFailure.Destination['Fn::GetAtt'][0],
    );
    expect(configs.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['TickDeadLetters', 'ReportDeadLetters']);
  });
  test('five minutes without a tick sound an alarm, also when there is no metric at all', () => {
    expect(one(sunset, 'AWS::CloudWatch::Alarm', 'MissedTick').Properties).toMatchObject({
      MetricName: 'Invocations',
      Period: 300,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });
});

describe('alarms', () => {
  holds('every alarm states its impact and its runbook', rule.alarmsWithoutImpactOrRunbook, sunset, (copy) => {
    one(copy, 'AWS::CloudWatch::Alarm', 'MissedTick').Properties['AlarmDescription'] = 'Tick missed';
  });
  test('every alarm goes to the topic if there is one', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const alarms = resources(synthesise({ alarmTopicArn: topic }).sunset, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(20);
    for (const [, { Properties }] of alarms) expect(Properties['AlarmActions']).toEqual([topic]);
  });
});

describe('mail', () => {
  const target = one(sunset, 'AWS::Events::Rule', 'MailFeedback').Properties['Targets'][0];

  test('SES tries for six hours, with TLS, and remembers who bounced or complained', () => {
    expect(one(sunset, 'AWS::SES::ConfigurationSet').Properties).toEqual({
      Name: SUNSET,
      DeliveryOptions: { MaxDeliverySeconds: 21600, TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SendingOptions: { SendingEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });
  test('each event asked of SES is one that the rule lets through', () => {
    const asked = one(sunset, 'AWS::SES::ConfigurationSetEventDestination').Properties['EventDestination']
      .MatchingEventTypes;
    const { EventPattern } = one(sunset, 'AWS::Events::Rule', 'MailFeedback').Properties;
    expect(asked).toEqual(['delivery', 'bounce', 'complaint', 'reject', 'renderingFailure', 'deliveryDelay']);
    expect(EventPattern['detail-type']).toHaveLength(asked.length);
    expect(EventPattern.source).toEqual(['aws.ses']);
    expect(JSON.stringify(EventPattern.detail.mail.tags['ses:configuration-set'])).toContain('MailConfigurationSet');
  });

  holds('no address can enter a queue', rule.waysOfAnAddress, sunset, (copy) => {
    one(copy, 'AWS::Events::Rule', 'MailFeedback').Properties['Targets'][0].InputTransformer.InputPathsMap.tags =
      '$.detail.mail';
  });
  for (const path of [
    '$.detail.mail.destination',
    '$.detail.mail.commonHeaders.to',
    '$.detail.bounce.bouncedRecipients',
    '$.detail',
  ]) {
    test(`an address at ${path} would be found`, () => {
      const leaking = broken(sunset, (copy) => {
        one(copy, 'AWS::Events::Rule', 'MailFeedback').Properties['Targets'][0].InputTransformer.InputPathsMap.id =
          path;
      });
      expect(rule.waysOfAnAddress(leaking)).toHaveLength(1);
    });
  }
  test('dead letters of the feedback rule would be found: they hold the whole event', () => {
    const leaking = broken(sunset, (copy) => {
      one(copy, 'AWS::Events::Rule', 'MailFeedback').Properties['Targets'][0].DeadLetterConfig = { Arn: 'arn' };
    });
    expect(rule.waysOfAnAddress(leaking)).toHaveLength(1);
  });

  /** What EventBridge does: an absent path is nothing, text inside quotes stays text, an object without stays one. */
  const transform = (event: unknown): unknown => {
    const { InputPathsMap, InputTemplate } = target.InputTransformer;
    const at = (path: string) =>
      path
        .slice(2)
        .split('.')
        .reduce((value: any, key) => value?.[key], event);
    return JSON.parse(
      InputTemplate.replaceAll(/<(\w+)>/g, (_: string, name: string) => {
        const value = at(InputPathsMap[name]);
        return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
      }),
    );
  };
  const mailed = {
    messageId: 'm-1',
    destination: ['someone@example.org'],
    tags: { 'ses:configuration-set': [SUNSET], page: ['p1'] },
  };

  test('a delivery, which has no bounce type, arrives as the handler expects it', () => {
    const message = transform({
      id: 'e1',
      time: '2026-05-01T10:00:00Z',
      detail: { eventType: 'Delivery', mail: mailed, delivery: {} },
    });
    expect(v.parse(FeedbackMessage, message)).toEqual({
      id: 'e1',
      time: '2026-05-01T10:00:00Z',
      type: 'Delivery',
      messageId: 'm-1',
      tags: mailed.tags,
      bounceType: '',
      bounceSubType: '',
    });
  });
  test('a bounce arrives with its type and without its recipient', () => {
    const bounce = {
      bounceType: 'Permanent',
      bounceSubType: 'Suppressed',
      bouncedRecipients: [{ emailAddress: 'someone@example.org' }],
    };
    const message = transform({
      id: 'e2',
      time: '2026-05-01T10:00:00Z',
      detail: { eventType: 'Bounce', mail: mailed, bounce },
    });
    expect(v.parse(FeedbackMessage, message)).toMatchObject({ bounceType: 'Permanent', bounceSubType: 'Suppressed' });
    expect(JSON.stringify(message)).not.toContain('@');
  });
});

describe('deployment', () => {
  test('tells what operators and the platform must know', () => {
    expect(Object.keys(state.Outputs)).toEqual(
      expect.arrayContaining(['PlanTable', 'LedgerTable', 'UsersTable', 'ChatsTable']),
    );
    expect(Object.keys(sunset.Outputs)).toEqual([
      'DispatchQueueUrl',
      'NotifyQueueUrl',
      'SweepQueueUrl',
      'DisableQueueUrl',
      'FeedbackQueueUrl',
      'PlatformBusName',
      'ConfigurationSetName',
    ]);
  });

  test('two deployments do not share a name', () => {
    const { assembly: other, sunset: template } = synthesise({ sunset: 'polls' });
    expect(other.stacks.map(({ stackName }) => stackName)).toEqual(['polls-state', 'polls']);
    expect(JSON.stringify(template)).not.toContain(SUNSET);
  });

  test('uses no intrinsic that the local system does not know', () => {
    const known = new Set(['Fn::GetAtt', 'Fn::ImportValue', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::Sub', 'Ref']);
    const used = new Set<string>();
    JSON.stringify([state.Resources, sunset.Resources, state.Outputs, sunset.Outputs], (key, value) => {
      if (key === 'Ref' || key.startsWith('Fn::')) used.add(key);
      return value;
    });
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });

  test('an unexplained finding of cdk-nag stops the synthesis', () => {
    const app = anApp();
    const { sunset: stack } = deploy(app, { functions: handlers });
    new Queue(stack, 'Lonely');
    expect(() => app.synth()).toThrow(/SQS/);
  });
});
