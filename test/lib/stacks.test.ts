import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Duration, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { EVENT_SOURCE, SIGNAL_TYPE } from '../../functions/contracts/events.ts';
import { FeedbackMessage, SignalMessage } from '../../functions/contracts/messages.ts';
import { QUEUES } from '../../functions/contracts/operator-api.ts';
import { LISTED_INDEX } from '../../functions/contracts/tables.ts';
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
    expect(Object.fromEntries(sizes)).toEqual({
      Dispatch: 1,
      Notify: 1,
      Sweep: 1,
      Disable: 1,
      Feedback: 100,
      Signals: 1,
    });
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
    expect(new Set(codes).size).toBe(11);
    for (const code of codes) {
      const folder = join(assembly.directory, `asset.${code}`);
      expect(existsSync(folder) && readdirSync(folder)).toEqual(['index.mjs']);
      expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).toMatch(/export\s*\{/);
    }
  });

  test('each function with a lease knows its own timeout', () => {
    for (const name of ['dispatch', 'notify', 'sweep', 'disable', 'operator'] as const) {
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
      signals: 30,
      preferences: 10,
      report: 900,
      operator: 300,
      audit: 60,
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
    'no wildcard but those that are explained',
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
  const who = (what: RegExp) =>
    [
      ...new Set(
        rule
          .permissions(sunset)
          .filter(({ action }) => what.test(action))
          .map(({ policy }) => policy.match(/^[A-Z][a-z]+/)?.[0] ?? ''),
      ),
    ].toSorted();
  test('only notify may send mail, and operators a letter to look at', () => {
    expect(who(/^ses:Send/)).toEqual(['Notify', 'Operator']);
  });
  test('only sweep walks, and only the index of encrypted chats', () => {
    const scans = rule.permissions(sunset).filter(({ action }) => action === 'dynamodb:Scan');
    expect(
      scans.map(({ policy, resource }) => [policy.match(/^[A-Z][a-z]+/)?.[0], resource.replace(/^<.*>/, '')]),
    ).toEqual([['Sweep', '/index/encrypted']]);
  });
  test('no function sends to its own queue', () => {
    for (const step of ['Dispatch', 'Notify', 'Sweep', 'Disable', 'Feedback', 'Signals']) {
      expect(may(`${step}Function`, new RegExp(`sqs:SendMessage <${step}Queue`))).toEqual([]);
    }
    expect(may('DispatchFunction', /sqs:SendMessage <NotifyQueue/)).toEqual(['sqs:SendMessage']);
  });
  test('a wildcard on other objects of the bucket would be found', () => {
    const statement = {
      Effect: 'Allow',
      Action: 's3:DeleteObjectVersion',
      Resource: { 'Fn::Join': ['', ['arn', '/*']] },
    };
    const wide = broken(sunset, (copy) => void policy(copy, 'AuditFunction').push(statement));
    expect(rule.wildcards(wide, SUNSET)).toHaveLength(1);
  });
  test('copies of the audit trail are put by two functions, read by one, and removed by none', () => {
    expect(may('AuditFunction', /s3:/)).toEqual(['s3:PutObject']);
    expect(may('OperatorFunction', /s3:/)).toEqual(['s3:GetObjectVersion', 's3:ListBucketVersions', 's3:PutObject']);
    expect(who(/^s3:/)).toEqual(['Audit', 'Operator']);
  });
  test('whoever copies the audit trail writes the ledger and touches nothing else', () => {
    expect(may('AuditFunction', /dynamodb:PutItem .*AttLedger/)).toEqual(['dynamodb:PutItem']);
    expect(may('AuditFunction', /Att(Plan|Users|Chats)[0-9A-F]{8}Arn|ses:|sqs:\w+ <(?!AuditDeadLetters)/)).toEqual([]);
  });
  test('report does not touch the ledger', () => {
    expect(may('ReportFunction', /AttLedger/)).toEqual([]);
  });
  test('who hears of signals reads people, writes of them in our own tables, and knows no chat', () => {
    expect(may('SignalsFunction', /dynamodb:(Put|Update|Delete).* .*AttUsers/)).toEqual([]);
    expect(may('SignalsFunction', /dynamodb:GetItem .*AttUsers/)).toEqual(['dynamodb:GetItem']);
    expect(may('SignalsFunction', /dynamodb:UpdateItem .*Att(Plan|Ledger)/)).toHaveLength(2);
    expect(may('SignalsFunction', /AttChats|ses:|GenerateMac|events:/)).toEqual([]);
  });
  test('only notify, which writes links, and the page, which reads them, derive their key, and do nothing else with it', () => {
    const rights = rule.permissions(sunset).filter(({ resource }) => resource.includes('AttLinkKey'));
    expect(rights.map(({ policy, action }) => [policy.match(/^[A-Z][a-z]+/)?.[0], action])).toEqual([
      ['Notify', 'kms:GenerateMac'],
      ['Preferences', 'kms:GenerateMac'],
    ]);
    expect(rule.permissions(sunset).filter(({ action }) => action.endsWith('Mac'))).toEqual(rights);
  });
  test('notify tells the platform whom mail cannot reach, as do those that did before it', () => {
    const puts = rule.permissions(sunset).filter(({ action }) => action === 'events:PutEvents');
    expect(new Set(puts.map(({ policy }) => policy.match(/^[A-Z][a-z]+/)?.[0]))).toEqual(
      new Set(['Disable', 'Feedback', 'Notify', 'Report']),
    );
    expect(puts).toHaveLength(4);
    for (const { resource } of puts) expect(resource).toMatch(/^<PlatformBus[0-9A-F]{8}\.Arn>$/);
  });
});

describe('the page that anybody can open', () => {
  const rights = (copy: Template) =>
    one(copy, 'AWS::IAM::Policy', 'PreferencesFunction').Properties['PolicyDocument'].Statement;

  test('is one function at an address of its own, and no other has one that asks for no signature', () => {
    const { AuthType, TargetFunctionArn } = one(sunset, 'AWS::Lambda::Url', 'Preferences').Properties;
    expect([AuthType, TargetFunctionArn['Fn::GetAtt'][0]]).toEqual([
      'NONE',
      expect.stringMatching(/^PreferencesFunction/),
    ]);
    const open = resources(sunset, 'AWS::Lambda::Url').filter(
      ([, { Properties }]) => Properties['AuthType'] !== 'AWS_IAM',
    );
    expect(open).toHaveLength(1);
    expect(
      resources(sunset, 'AWS::Lambda::Permission').filter(([, { Properties }]) => Properties['Principal'] === '*'),
    ).toHaveLength(2);
  });

  holds(
    'reads, derives the key of links, and says what it was told: nothing else',
    rule.rightsOfStrangers,
    sunset,
    (copy) => {
      rights(copy).push({ Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: rights(copy)[1].Resource });
    },
  );
  for (const [what, Action, Resource] of [
    ['a read of chats', 'dynamodb:GetItem', { 'Fn::ImportValue': 'state:ExportsOutputFnGetAttChats01234567Arn' }],
    ['a walk', 'dynamodb:Scan', { 'Fn::ImportValue': 'state:ExportsOutputFnGetAttUsers01234567Arn' }],
    ['another queue', 'sqs:SendMessage', { 'Fn::GetAtt': ['DisableQueue01234567', 'Arn'] }],
    ['the messages of its own', 'sqs:ReceiveMessage', { 'Fn::GetAtt': ['SignalsQueue01234567', 'Arn'] }],
    ['a MAC of another key', 'kms:GenerateMac', { 'Fn::ImportValue': 'state:ExportsOutputFnGetAttKey01234567Arn' }],
    [
      'what the tables’ key encrypts',
      'kms:Encrypt',
      { 'Fn::ImportValue': 'state:ExportsOutputFnGetAttKey01234567Arn' },
    ],
    ['an event', 'events:PutEvents', { 'Fn::GetAtt': ['PlatformBus01234567', 'Arn'] }],
    ['mail', 'ses:SendTemplatedEmail', 'arn:aws:ses:::identity/example.com'],
  ] as const) {
    test(`${what} would be found`, () => {
      const wider = broken(sunset, (copy) => void rights(copy).push({ Effect: 'Allow', Action, Resource }));
      expect(rule.rightsOfStrangers(wider)).toHaveLength(1);
    });
  }

  test('may write to no table, in so many words', () => {
    const actions = rule.permissions(sunset).filter(({ policy }) => policy.startsWith('PreferencesFunction'));
    expect(new Set(actions.filter(({ action }) => action.startsWith('dynamodb:')).map(({ action }) => action))).toEqual(
      new Set(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']),
    );
    expect(actions.filter(({ action }) => action === 'sqs:SendMessage').map(({ resource }) => resource)).toEqual([
      expect.stringMatching(/^<SignalsQueue/),
    ]);
  });

  holds(
    'no other function can be called by everybody, nor this one but at its address',
    rule.functionsOpenToEverybody,
    sunset,
    (copy) => {
      delete one(copy, 'AWS::Lambda::Permission', 'PreferencesFunctioninvokefunction8').Properties[
        'InvokedViaFunctionUrl'
      ];
    },
  );
  test('another function that everybody may call would be found', () => {
    const open = broken(sunset, (copy) => {
      const { Properties } = one(copy, 'AWS::Lambda::Permission', 'PreferencesFunctioninvokefunctionurl');
      Properties['FunctionName'] = {
        'Fn::GetAtt': [Object.keys(copy.Resources).find((id) => id.startsWith('DisableFunction')), 'Arn'],
      };
    });
    expect(rule.functionsOpenToEverybody(open)).toHaveLength(1);
  });

  test('has its own share of the account’s calls, so that nobody can take all of them; none where operators say so', () => {
    const atOnce = (template: Template) =>
      rule.functionNamed(template, 'preferences').Properties['ReservedConcurrentExecutions'];
    expect(atOnce(sunset)).toBe(20);
    expect(atOnce(synthesise({ preferencesConcurrency: '7' }).sunset)).toBe(7);
    expect(atOnce(synthesise({ preferencesConcurrency: 0 }).sunset)).toBeUndefined();
    expect(() => synthesise({ preferencesConcurrency: -1 })).toThrow('a whole number from 0 to 1000');
  });

  describe('is found by links', () => {
    const linksOf = (template: Template) =>
      rule.functionNamed(template, 'notify').Properties['Environment'].Variables.PREFERENCES_URL;

    test('at the function’s own address, which a slash ends', () => {
      const address = Object.keys(sunset.Resources).find((id) => id.startsWith('PreferencesFunctionFunctionUrl'));
      expect(linksOf(sunset)).toEqual({ 'Fn::GetAtt': [address, 'FunctionUrl'] });
      expect(sunset.Outputs['PreferencesUrl']?.Value).toEqual(linksOf(sunset));
    });
    test('at the operators’ address where they give one; the function keeps its own', () => {
      const preferencesUrl = 'https://notices.example.com/';
      const { sunset: template } = synthesise({ preferencesUrl });
      expect(linksOf(template)).toBe(preferencesUrl);
      expect(template.Outputs['PreferencesUrl']?.Value).toHaveProperty(['Fn::GetAtt', 1], 'FunctionUrl');
      expect(one(template, 'AWS::Lambda::Url', 'Preferences').Properties['AuthType']).toBe('NONE');
    });
    test('never at an address that is none: that does not synthesise', () => {
      expect(() => synthesise({ preferencesUrl: 'http://notices.example.com/' })).toThrow(
        'setting "preferencesUrl" is "http://notices.example.com/"; allowed is an address that begins with https:// and ends with a slash',
      );
    });
  });
});

describe('the operator API', () => {
  const access = one(sunset, 'AWS::IAM::ManagedPolicy').Properties;
  const [address = ''] = resources(sunset, 'AWS::Lambda::Url').find(([id]) => id.startsWith('Operator')) ?? [];
  const functionId = sunset.Resources[address]!.Properties['TargetFunctionArn']['Fn::GetAtt'][0] as string;

  test('asks whoever calls it for a signature, and nobody is let in by the stack', () => {
    expect(functionId).toMatch(/^OperatorFunction/);
    expect(sunset.Resources[address]!.Properties['AuthType']).toBe('AWS_IAM');
    const lets = resources(sunset, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties['FunctionName']).includes(functionId),
    );
    expect(lets).toEqual([]);
    expect(access['Roles'] ?? access['Users'] ?? access['Groups']).toBeUndefined();
  });
  test('is called by whoever has its policy, at its address only, which the same policy lets them find', () => {
    const arn = { 'Fn::GetAtt': [functionId, 'Arn'] };
    expect(access['PolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunctionUrl',
        Resource: arn,
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: arn,
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      },
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
    ]);
    expect(sunset.Outputs['OperatorUrl']?.Value).toEqual({ 'Fn::GetAtt': [address, 'FunctionUrl'] });
    const [id] = resources(sunset, 'AWS::IAM::ManagedPolicy')[0]!;
    expect(sunset.Outputs['OperatorAccessArn']?.Value).toEqual({ Ref: id });
  });
  test('is told the roles that name people, and none where operators name none', () => {
    const roles = (template: Template) =>
      rule.functionNamed(template, 'operator').Properties['Environment'].Variables.OPERATOR_ROLES;
    expect(roles(sunset)).toBe('[]');
    expect(roles(synthesise({ operatorRoles: '["operators"]' }).sunset)).toBe('["operators"]');
  });

  const own = rule.permissions(sunset).filter(({ policy }) => policy.startsWith('OperatorFunction'));
  const on = (action: string) =>
    own.filter((each) => each.action === action).map(({ resource }) => resource.replace(/[0-9A-F]{8}/, ''));
  test('writes plan and ledger, reads people and chats, and walks nothing', () => {
    const tables = (action: string) =>
      on(action).map((resource) => /Att([A-Z][a-z]+)Arn.*?>(.*)$/.exec(resource)?.slice(1).join('') ?? '');
    expect(tables('dynamodb:PutItem').toSorted()).toEqual(['Ledger', 'Plan']);
    expect(tables('dynamodb:GetItem').toSorted()).toEqual(['Chats', 'Ledger', 'Plan', 'Users']);
    expect(tables('dynamodb:Query').toSorted()).toEqual(['Chats', 'Ledger', 'Ledger/index/listed', 'Plan', 'Users']);
    expect(on('dynamodb:Scan')).toEqual([]);
  });
  test('sends to a queue only what comes back from its dead letters, and takes from no queue but those', () => {
    const steps = ['Dispatch', 'Notify', 'Sweep', 'Disable', 'Feedback', 'Signals'];
    const letters = steps.map((step) => `<${step}DeadLetters.Arn>`).toSorted();
    for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage'])
      expect(on(`sqs:${action}`).toSorted()).toEqual(letters);
    expect(on('sqs:SendMessage').toSorted()).toEqual(steps.map((step) => `<${step}Queue.Arn>`).toSorted());
    expect(on('sqs:GetQueueAttributes').toSorted()).toEqual(
      [...letters, '<DisableQueue.Arn>', '<NotifyQueue.Arn>'].toSorted(),
    );
  });
  test('knows the dead letters of each queue by the queue’s name', () => {
    const told = rule.functionNamed(sunset, 'operator').Properties['Environment'].Variables.DEAD_LETTER_ARNS;
    const arns = JSON.parse(
      (told['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'arn')).join(''),
    ) as Record<string, string>;
    expect(Object.keys(arns)).toEqual([...QUEUES]);
    expect(new Set(Object.values(arns))).toEqual(new Set(['arn']));
  });
  test('derives no key of links and publishes nothing', () => {
    expect(own.filter(({ action }) => /GenerateMac|events:/.test(action))).toEqual([]);
  });
});

describe('the copies of the audit trail', () => {
  holds('cannot be changed, removed, read by strangers or lost', rule.bucketsThatForget, state, (copy) => {
    one(copy, 'AWS::S3::Bucket').Properties['ObjectLockConfiguration'].Rule.DefaultRetention.Mode = 'GOVERNANCE';
  });
  for (const [what, mutate] of [
    ['goes with its stack', (copy) => delete one(copy, 'AWS::S3::Bucket').DeletionPolicy],
    ['answers plain HTTP', (copy) => one(copy, 'AWS::S3::BucketPolicy').Properties['PolicyDocument'].Statement.shift()],
    [
      'keeps them for a month',
      (copy) => (one(copy, 'AWS::S3::Bucket').Properties['ObjectLockConfiguration'].Rule.DefaultRetention.Days = 31),
    ],
    [
      'may be opened to the public',
      (copy) => delete one(copy, 'AWS::S3::Bucket').Properties['PublicAccessBlockConfiguration'].BlockPublicPolicy,
    ],
  ] as [string, (copy: Template) => unknown][]) {
    test(`a bucket that ${what} would be found`, () => {
      expect(rule.bucketsThatForget(broken(state, (copy) => void mutate(copy)))).toHaveLength(1);
    });
  }
  test('are named to whoever looks after the deployment', () => {
    expect(JSON.stringify(state.Outputs['AuditTrailBucket']?.Value)).toContain('AuditTrail');
  });
  test('are made every quarter of an hour', () => {
    expect(one(sunset, 'AWS::Events::Rule', 'AuditRule').Properties['ScheduleExpression']).toBe('rate(15 minutes)');
  });
});

describe('tables', () => {
  test('what operators list by cohort has an index of the ledger, in which a row is only while it says so', () => {
    expect(one(state, 'AWS::DynamoDB::Table', 'Ledger').Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: LISTED_INDEX,
        KeySchema: [
          { AttributeName: 'listed', KeyType: 'HASH' },
          { AttributeName: 'listedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  holds('no table can be lost, and each is paid by use', rule.tablesThatCanBeLost, state, (copy) => {
    one(copy, 'AWS::DynamoDB::Table', 'Ledger').Properties['DeletionProtectionEnabled'] = false;
  });
  holds('no key can be lost, and each that encrypts rotates', rule.keysThatCanBeLost, state, (copy) => {
    delete one(copy, 'AWS::KMS::Key', 'Key').DeletionPolicy;
  });
  test('a key that encrypts and does not rotate, and a key of links that goes with its stack, would be found', () => {
    const careless = broken(state, (copy) => {
      delete one(copy, 'AWS::KMS::Key', 'Key').Properties['EnableKeyRotation'];
      delete one(copy, 'AWS::KMS::Key', 'LinkKey').UpdateReplacePolicy;
    });
    expect(rule.keysThatCanBeLost(careless)).toHaveLength(2);
  });
  test('the key of links makes MACs, encrypts nothing, and is kept: links in mail outlive every deployment', () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = one(state, 'AWS::KMS::Key', 'LinkKey');
    expect(Properties).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    expect(resources(state, 'AWS::KMS::Key')).toHaveLength(2);
    const encrypting = resources(state, 'AWS::DynamoDB::Table').map(
      ([, { Properties: table }]) => table['SSESpecification'].KMSMasterKeyId['Fn::GetAtt'][0],
    );
    expect(new Set(encrypting)).toEqual(new Set([expect.stringMatching(/^Key/)]));
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
  test('three clocks, no more: tick every minute, copies every quarter of an hour, report every night', () => {
    const schedules = resources(sunset, 'AWS::Events::Rule').map(
      ([, { Properties }]) => Properties['ScheduleExpression'],
    );
    expect(schedules.filter((schedule) => schedule !== undefined)).toEqual([
      'rate(1 minute)',
      'cron(30 2 * * ? *)',
      'rate(15 minutes)',
    ]);
  });
  holds('no rule gives up silently', rule.targetsThatGiveUpSilently, sunset, (copy) => {
    delete one(copy, 'AWS::Events::Rule', 'TickRule').Properties['Targets'][0].DeadLetterConfig;
  });
  test('a scheduled call that fails in the function ends in dead letters too', () => {
    const configs = resources(sunset, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { Properties }]) => Properties['DestinationConfig'].OnFailure.Destination['Fn::GetAtt'][0],
    );
    expect(configs.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'TickDeadLetters',
      'ReportDeadLetters',
      'AuditDeadLetters',
    ]);
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
  test('every runbook that an alarm leads to is there', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
    const anchors = new Set(
      [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
    );
    const named = resources(sunset, 'AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => /#([a-z-]+)$/.exec(Properties['AlarmDescription'] as string)?.[1] ?? '',
    );
    expect(named.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(7);
  });
  test('what either rule could not bring sounds, by the names that CloudWatch has for it', () => {
    const dimensions = resources(sunset, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties['MetricName'] === 'FailedInvocations')
      .map(([, { Properties }]) => (Properties['Dimensions'] as { Name: string }[]).map(({ Name }) => Name));
    expect(dimensions).toEqual([['RuleName'], ['EventBusName', 'RuleName']]);
    const signals = one(sunset, 'AWS::Events::Rule', 'PlatformSignals').Properties['Name'];
    expect(signals).toBe(`${SUNSET}-signals`);
  });
  test('every alarm goes to the topic if there is one', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const alarms = resources(synthesise({ alarmTopicArn: topic }).sunset, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(20);
    for (const [, { Properties }] of alarms) expect(Properties['AlarmActions']).toEqual([topic]);
  });
});

/** What EventBridge does: an absent path is nothing, text inside quotes stays text, whatever stands without is JSON. */
function transform(target: any, event: unknown): unknown {
  const { InputPathsMap, InputTemplate } = target.InputTransformer;
  const at = (path: string) =>
    path
      .slice(2)
      .split('.')
      .reduce((value: any, key) => value?.[key], event);
  return JSON.parse(
    InputTemplate.replaceAll(/(")?<(\w+)>/g, (_: string, quote: string | undefined, name: string) => {
      const value = at(InputPathsMap[name]);
      if (quote === undefined) return JSON.stringify(value) ?? '';
      return `"${value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)}`;
    }),
  );
}

describe('signals of the platform', () => {
  const { EventBusName, EventPattern, Targets } = one(sunset, 'AWS::Events::Rule', 'PlatformSignals').Properties;
  const event = (detail: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
    id: 'e1',
    source: 'chats.example',
    'detail-type': SIGNAL_TYPE,
    time: '2026-05-01T10:00:00Z',
    detail,
    ...more,
  });
  /** As EventBridge does, for the two conditions that the rule has. */
  const lets = (pattern: any, { source, 'detail-type': type }: ReturnType<typeof event>) =>
    pattern['detail-type'].includes(type) &&
    (pattern.source?.every((each: any) => !each['anything-but'].includes(source)) ?? true);

  test('come from the platform’s bus to the queue of signals', () => {
    expect(EventBusName.Ref).toMatch(/^PlatformBus/);
    expect(Targets).toHaveLength(1);
    expect(Targets[0].Arn['Fn::GetAtt'][0]).toMatch(/^SignalsQueue/);
    expect(EventPattern).toEqual({ source: [{ 'anything-but': [EVENT_SOURCE] }], 'detail-type': ['SunsetSignal'] });
    expect(lets(EventPattern, event({ userId: 'ana', signal: 'saved' }))).toBe(true);
    expect(lets(EventPattern, event({ userId: 'ana' }, { 'detail-type': 'PersonUnreachable' }))).toBe(false);
  });
  test('are never our own: what we say on the bus does not come back to us', () => {
    const ours = event({ userId: 'ana', signal: 'saved' }, { source: EVENT_SOURCE });
    expect(lets(EventPattern, ours)).toBe(false);
    expect(lets({ 'detail-type': EventPattern['detail-type'] }, ours)).toBe(true);
    const rules = resources(sunset, 'AWS::Events::Rule').filter(
      ([, { Properties }]) => Properties['EventBusName'] !== undefined,
    );
    expect(rules.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['PlatformSignalsRule']);
  });

  test('arrive as the handler expects them, and with them nothing else of the event', () => {
    const said = { userId: 'ana', signal: 'seen', notice: 'd1@2026-05-19' };
    const message = transform(Targets[0], event({ ...said, email: 'ana@example.com', text: 'Dear all' }));
    expect(v.parse(SignalMessage, message)).toEqual({ ...said, at: '2026-05-01T10:00:00Z' });
    expect(JSON.stringify(message)).not.toContain('@example');
  });
  test('arrive without a notice where they are about none', () => {
    const message = transform(Targets[0], event({ userId: 'ana', signal: 'saved' }));
    expect(v.parse(SignalMessage, message)).toEqual({
      userId: 'ana',
      signal: 'saved',
      notice: '',
      at: '2026-05-01T10:00:00Z',
    });
  });
  test('name whomever they name, whatever signs their id has', () => {
    for (const userId of ['a"b', 'a\\b', '{"userId":"bo"}', 'a\nb', 'é🙂'])
      expect(v.parse(SignalMessage, transform(Targets[0], event({ userId, signal: 'saved' })))).toMatchObject({
        userId,
      });
  });
  test('that name nobody, or say what nobody can say, end in the dead letters, which hold ids only', () => {
    expect(() => transform(Targets[0], event({ signal: 'saved' }))).toThrow(SyntaxError);
    for (const detail of [
      { userId: 42, signal: 'saved' },
      { userId: 'ana', signal: 'delete' },
      { userId: '', signal: 'saved' },
    ])
      expect(v.safeParse(SignalMessage, transform(Targets[0], event(detail))).success).toBe(false);
  });

  holds('no address can enter their queue', rule.waysOfAnAddress, sunset, (copy) => {
    one(copy, 'AWS::Events::Rule', 'PlatformSignals').Properties['Targets'][0].InputTransformer.InputPathsMap.userId =
      '$.detail';
  });
  test('an event that enters their queue whole would be found', () => {
    const leaking = broken(sunset, (copy) => {
      delete one(copy, 'AWS::Events::Rule', 'PlatformSignals').Properties['Targets'][0].InputTransformer;
    });
    expect(rule.waysOfAnAddress(leaking)).toHaveLength(1);
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

  const mailed = {
    messageId: 'm-1',
    destination: ['someone@example.org'],
    tags: { 'ses:configuration-set': [SUNSET], page: ['p1'] },
  };

  test('a delivery, which has no bounce type, arrives as the handler expects it', () => {
    const message = transform(target, {
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
    const message = transform(target, {
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
      expect.arrayContaining(['PlanTable', 'LedgerTable', 'UsersTable', 'ChatsTable', 'AuditTrailBucket']),
    );
    expect(Object.keys(sunset.Outputs)).toEqual([
      'DispatchQueueUrl',
      'NotifyQueueUrl',
      'SweepQueueUrl',
      'DisableQueueUrl',
      'FeedbackQueueUrl',
      'SignalsQueueUrl',
      'PlatformBusName',
      'PreferencesUrl',
      'ConfigurationSetName',
      'OperatorUrl',
      'OperatorAccessArn',
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
