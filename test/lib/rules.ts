/** Rules over synthesised templates. Each answers with what breaks it: an empty list is a pass. */
import { environments, type FunctionName } from '../../functions/contracts/environment.ts';
import { type Resource, resources, type Template } from './synthesis.ts';

type Found = string[];

const idOf = (reference: any): string => reference?.['Fn::GetAtt']?.[0] ?? reference?.Ref ?? JSON.stringify(reference);
const broken = (
  found: [string, Resource][],
  isBroken: (properties: any, resource: Resource, id: string) => boolean,
): Found => found.filter(([id, resource]) => isBroken(resource.Properties, resource, id)).map(([id]) => id);

const isDeadLetters = (id: string): boolean => id.includes('DeadLetters');

export function queuesWithoutDeadLetters(template: Template): Found {
  const queues = resources(template, 'AWS::SQS::Queue');
  const ids = new Set(queues.map(([id]) => id));
  return broken(queues, ({ RedrivePolicy }, _, id) => {
    if (isDeadLetters(id)) return false;
    const target = idOf(RedrivePolicy?.deadLetterTargetArn);
    return !ids.has(target) || !isDeadLetters(target);
  });
}

export function deadLettersThatExpireEarly(template: Template): Found {
  const kept = 14 * 24 * 3600;
  return broken(
    resources(template, 'AWS::SQS::Queue'),
    (queue, _, id) => isDeadLetters(id) && queue.MessageRetentionPeriod !== kept,
  );
}

/** A dead-letter queue needs an alarm on any message, a work queue one on the age of its oldest. */
export function queuesWithoutAlarm(template: Template): Found {
  const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  return broken(resources(template, 'AWS::SQS::Queue'), (_, __, id) => {
    const metric = isDeadLetters(id) ? 'ApproximateNumberOfMessagesVisible' : 'ApproximateAgeOfOldestMessage';
    return !alarms.some(
      (alarm) =>
        alarm['MetricName'] === metric &&
        alarm['Dimensions'].some(({ Value }: any) => Value['Fn::GetAtt']?.[0] === id) &&
        (!isDeadLetters(id) || alarm['Threshold'] === 1),
    );
  });
}

export function unencryptedQueues(template: Template): Found {
  return broken(resources(template, 'AWS::SQS::Queue'), (queue) => queue.SqsManagedSseEnabled !== true);
}

export function queuesOpenToPlainHttp(template: Template): Found {
  const denied = resources(template, 'AWS::SQS::QueuePolicy')
    .filter(([, { Properties }]) =>
      Properties['PolicyDocument'].Statement.some(
        (statement: any) =>
          statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
      ),
    )
    .flatMap(([, { Properties }]) => Properties['Queues'].map(idOf));
  return broken(resources(template, 'AWS::SQS::Queue'), (_, __, id) => !denied.includes(id));
}

export function visibilityShorterThanSixTimeouts(template: Template): Found {
  return broken(resources(template, 'AWS::Lambda::EventSourceMapping'), ({ EventSourceArn, FunctionName }) => {
    const queue = template.Resources[idOf(EventSourceArn)]!.Properties;
    const fn = template.Resources[idOf(FunctionName)]!.Properties;
    return !(queue['VisibilityTimeout'] >= 6 * fn['Timeout']);
  });
}

export function mappingsThatFailWholeBatches(template: Template): Found {
  return broken(
    resources(template, 'AWS::Lambda::EventSourceMapping'),
    ({ FunctionResponseTypes }) => !FunctionResponseTypes?.includes('ReportBatchItemFailures'),
  );
}

export function mappingsWithoutConcurrencyLimit(template: Template): Found {
  return broken(
    resources(template, 'AWS::Lambda::EventSourceMapping'),
    ({ ScalingConfig }) => !(ScalingConfig?.MaximumConcurrency >= 2),
  );
}

export function queuesWithoutFunction(template: Template): Found {
  const served = resources(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) =>
    idOf(Properties['EventSourceArn']),
  );
  return broken(resources(template, 'AWS::SQS::Queue'), (_, __, id) => !isDeadLetters(id) && !served.includes(id));
}

/** Each function: ARM, Node 24, JSON log of its own with an end, alarms on errors and throttles. */
export function unfitFunctions(template: Template): Found {
  const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const hasAlarm = (metric: string, id: string) =>
    alarms.some(
      (alarm) => alarm['MetricName'] === metric && alarm['Dimensions'].some(({ Value }: any) => Value.Ref === id),
    );
  return broken(resources(template, 'AWS::Lambda::Function'), (fn, _, id) => {
    const log = template.Resources[idOf(fn.LoggingConfig?.LogGroup)];
    return !(
      fn.Architectures?.[0] === 'arm64' &&
      fn.Runtime === 'nodejs24.x' &&
      fn.LoggingConfig?.LogFormat === 'JSON' &&
      log?.Properties['RetentionInDays'] > 0 &&
      hasAlarm('Errors', id) &&
      hasAlarm('Throttles', id)
    );
  });
}

const FUNCTIONS: Record<FunctionName, string> = {
  tick: 'Tick',
  dispatch: 'Dispatch',
  notify: 'Notify',
  sweep: 'Sweep',
  disable: 'Disable',
  feedback: 'Feedback',
  report: 'Report',
  signals: 'Signals',
  preferences: 'Preferences',
  operator: 'Operator',
  audit: 'Audit',
};

export function functionNamed(template: Template, name: FunctionName): Resource {
  const found = resources(template, 'AWS::Lambda::Function').find(([id]) =>
    id.startsWith(`${FUNCTIONS[name]}Function`),
  );
  if (found === undefined) throw new Error(`no function for ${name}`);
  return found[1];
}

/** Variables that a function has and its contract does not name, or the other way round. */
export function environmentsBesideContract(template: Template): Found {
  return (Object.keys(environments) as FunctionName[]).filter((name) => {
    const given = Object.keys(functionNamed(template, name).Properties['Environment'].Variables).toSorted();
    const wanted = Object.keys(environments[name].entries).toSorted();
    return given.join() !== wanted.join();
  });
}

/** Statements that allow, each as "policy action resource", one a pair. */
export function permissions(template: Template): { policy: string; action: string; resource: string }[] {
  return resources(template, 'AWS::IAM::Policy').flatMap(([policy, { Properties }]) =>
    Properties['PolicyDocument'].Statement.filter((statement: any) => statement.Effect === 'Allow').flatMap(
      (statement: any) =>
        [statement.Action]
          .flat()
          .flatMap((action: string) =>
            [statement.Resource].flat().map((resource: unknown) => ({ policy, action, resource: flat(resource) })),
          ),
    ),
  );
}

/**
 * Wildcards, but for those that are explained: what belongs to the account and has no name, the prefix of this sunset's
 * templates, and that of the copies of its audit trail.
 */
export function wildcards(template: Template, sunset: string): Found {
  const nameless = [
    'ses:GetSendQuota',
    'ses:CreateTemplate',
    'ses:GetIdentityVerificationAttributes',
    'ses:GetIdentityDkimAttributes',
    'ses:DescribeConfigurationSet',
    'cloudwatch:GetMetricData',
    'cloudwatch:DescribeAlarms',
  ];
  return permissions(template)
    .filter(({ action, resource }) => action.includes('*') || resource.includes('*'))
    .filter(({ action, resource }) => !(nameless.includes(action) && resource === '*'))
    .filter(
      ({ action, resource }) =>
        !(/^ses:Send(Bulk)?TemplatedEmail$/.test(action) && resource.endsWith(`:template/${sunset}-*`)),
    )
    .filter(
      ({ action, resource }) =>
        !(
          ['s3:PutObject', 's3:GetObjectVersion'].includes(action) &&
          /AuditTrail[0-9A-F]{8}Arn[^>]*>\/audit\/\*$/.test(resource)
        ),
    )
    .map(({ policy, action, resource }) => `${policy} ${action} ${resource}`);
}

/** An intrinsic as text, near enough to find a table or a wildcard in it. */
function flat(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join'] !== undefined) return value['Fn::Join'][1].map(flat).join(value['Fn::Join'][0]);
  return `<${Object.values(value).flat().join('.')}>`;
}

/** Managed policies and policies inside a role would slip past `permissions`. */
export function rolesWithOtherPolicies(template: Template): Found {
  return broken(
    resources(template, 'AWS::IAM::Role'),
    (role) => role.ManagedPolicyArns !== undefined || role.Policies !== undefined,
  );
}

export function tablesThatCanBeLost(template: Template): Found {
  return broken(
    resources(template, 'AWS::DynamoDB::Table'),
    (table, { DeletionPolicy, UpdateReplacePolicy }) =>
      !(
        DeletionPolicy === 'Retain' &&
        UpdateReplacePolicy === 'Retain' &&
        table.DeletionProtectionEnabled === true &&
        table.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true &&
        table.BillingMode === 'PAY_PER_REQUEST' &&
        table.SSESpecification?.KMSMasterKeyId !== undefined
      ),
  );
}

/** Buckets in which a copy could be changed, removed, read by strangers, or lost with the stack. */
export function bucketsThatForget(template: Template): Found {
  const denied = resources(template, 'AWS::S3::BucketPolicy')
    .filter(([, { Properties }]) =>
      Properties['PolicyDocument'].Statement.some(
        (statement: any) =>
          statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
      ),
    )
    .map(([, { Properties }]) => idOf(Properties['Bucket']));
  return broken(resources(template, 'AWS::S3::Bucket'), (bucket, { DeletionPolicy, UpdateReplacePolicy }, id) => {
    const retention = bucket.ObjectLockConfiguration?.Rule?.DefaultRetention;
    const open = Object.values(bucket.PublicAccessBlockConfiguration ?? { none: false });
    return !(
      DeletionPolicy === 'Retain' &&
      UpdateReplacePolicy === 'Retain' &&
      bucket.VersioningConfiguration?.Status === 'Enabled' &&
      bucket.ObjectLockEnabled === true &&
      retention?.Mode === 'COMPLIANCE' &&
      retention.Days >= 366 &&
      bucket.BucketEncryption !== undefined &&
      open.length === 4 &&
      open.every((blocked) => blocked === true) &&
      denied.includes(id)
    );
  });
}

/** A key for MACs cannot rotate: what it derives must stay the same. */
export function keysThatCanBeLost(template: Template): Found {
  return broken(
    resources(template, 'AWS::KMS::Key'),
    (key, { DeletionPolicy, UpdateReplacePolicy }) =>
      !(
        (key.EnableKeyRotation === true || key.KeySpec?.startsWith('HMAC_') === true) &&
        DeletionPolicy === 'Retain' &&
        UpdateReplacePolicy === 'Retain'
      ),
  );
}

/** Functions that have an address, by which whoever knows it can call them without a signature. */
const publicFunctions = (template: Template): string[] =>
  resources(template, 'AWS::Lambda::Url')
    .filter(([, { Properties }]) => Properties['AuthType'] !== 'AWS_IAM')
    .map(([, { Properties }]) => idOf(Properties['TargetFunctionArn']));

/** What a function that anybody can call may do beside reading plan, ledger and users, and saying what it was told. */
export function rightsOfStrangers(template: Template): Found {
  const roles = publicFunctions(template).map((id) => idOf(template.Resources[id]!.Properties['Role']));
  const own = resources(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties['Roles'].some((role: unknown) => roles.includes(idOf(role))))
    .map(([id]) => id);
  return permissions(template)
    .filter(({ policy }) => own.includes(policy))
    .filter(({ action, resource }) => !FOR_STRANGERS.some(([may, on]) => may.test(action) && on.test(resource)))
    .map(({ action, resource }) => `${action} ${resource}`);
}

const FOR_STRANGERS: readonly (readonly [action: RegExp, resource: RegExp])[] = [
  [/^dynamodb:(GetItem|BatchGetItem|Query)$/, /GetAtt(Plan|Ledger|Users)[0-9A-F]{8}Arn/],
  [/^kms:(Decrypt|DescribeKey)$/, /GetAttKey[0-9A-F]{8}Arn/],
  [/^kms:GenerateMac$/, /GetAttLinkKey[0-9A-F]{8}Arn/],
  [/^sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)$/, /^<SignalsQueue[0-9A-F]{8}\.Arn>$/],
  [/^logs:(CreateLogStream|PutLogEvents)$/, /FunctionLogs[0-9A-F]{8}/],
];

/** Permissions for everybody to call a function other than by its own address, or one that has none. */
export function functionsOpenToEverybody(template: Template): Found {
  return broken(
    resources(template, 'AWS::Lambda::Permission'),
    ({ Principal, FunctionName, FunctionUrlAuthType, InvokedViaFunctionUrl }) =>
      Principal === '*' &&
      !(
        publicFunctions(template).includes(idOf(FunctionName)) &&
        (FunctionUrlAuthType === 'NONE' || InvokedViaFunctionUrl === true)
      ),
  );
}

/** Paths by which a person's address could come into a queue; a dead-letter queue would hold the whole event. */
export function waysOfAnAddress(template: Template): Found {
  return resources(template, 'AWS::Events::Rule')
    .filter(([, { Properties }]) => Properties['EventPattern'] !== undefined)
    .flatMap(([id, { Properties }]) =>
      Properties['Targets'].flatMap((target: any) => {
        if (target.InputTransformer === undefined) return [`${id}: whole event`];
        const paths: string[] = Object.values(target.InputTransformer.InputPathsMap);
        return [
          ...paths.filter((path) => !HARMLESS.includes(path)).map((path) => `${id}: ${path}`),
          ...(target.InputTransformer.InputTemplate.includes('<aws.events.event')
            ? [`${id}: whole event in template`]
            : []),
          ...(target.DeadLetterConfig === undefined ? [] : [`${id}: dead letters`]),
        ];
      }),
    );
}

/**
 * Not one of them, nor anything below, is an address: not mail.destination, mail.commonHeaders, bounce.bouncedRecipients
 * of SES, and of the platform's signals nothing but who, what and when.
 */
const HARMLESS = [
  '$.id',
  '$.time',
  '$.detail.eventType',
  '$.detail.mail.messageId',
  '$.detail.mail.tags',
  '$.detail.bounce.bounceType',
  '$.detail.bounce.bounceSubType',
  '$.detail.userId',
  '$.detail.signal',
  '$.detail.notice',
];

/** Rule targets without limits to retries, and, but for the one with addresses, without dead letters. */
export function targetsThatGiveUpSilently(template: Template): Found {
  return broken(resources(template, 'AWS::Events::Rule'), ({ Targets, EventPattern }) =>
    Targets.some(
      (target: any) =>
        target.RetryPolicy?.MaximumRetryAttempts === undefined ||
        target.RetryPolicy?.MaximumEventAgeInSeconds === undefined ||
        (EventPattern === undefined && target.DeadLetterConfig === undefined),
    ),
  );
}

export function alarmsWithoutImpactOrRunbook(template: Template): Found {
  return broken(
    resources(template, 'AWS::CloudWatch::Alarm'),
    (alarm) => !/^[A-Z].{20,}\. Runbook: docs\/operating\.md#[a-z-]+$/.test(alarm.AlarmDescription ?? ''),
  );
}
