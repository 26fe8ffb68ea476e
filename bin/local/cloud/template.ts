/**
 * The synthesised stacks as one set of resources with everything resolved. What cannot be honoured on one machine
 * is refused here, by type, logical id and property, before anything starts: a type is either honoured, with each
 * of its properties honoured or knowingly inert, or it is on the closed list of types that do nothing here.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly stack: string;
  /** The physical name. */
  readonly name: string;
  readonly arn: string;
  /** Resolved, and free of properties that are inert. */
  readonly properties: Record<string, unknown>;
}

export interface Assembly {
  ofType(type: string): Resource[];
  /** Directory of a function's code. Throws where there is no such asset. */
  assetDirectory(objectKey: string): string;
}

interface Kind {
  /** The property that names it, and how its ARN goes on after `arn:aws:`. */
  readonly named?: string;
  readonly arn?: (name: string) => string;
  /** What `Ref` gives, where that is not the name; null: what AWS gives is not known here. */
  readonly ref?: ((name: string, addresses: Addresses) => string) | null;
  readonly attributes?: Record<string, (name: string, addresses: Addresses) => string>;
  readonly honoured: readonly string[];
  /** Properties without effect on one machine, and why. */
  readonly inert?: Record<string, string>;
}

export interface Addresses {
  queueUrl(name: string): string;
  functionUrl(name: string): string;
}

const local = (service: string, rest: string) => `${service}:${REGION}:${ACCOUNT}:${rest}`;
const TAGS = { Tags: 'nobody pays here' };
const NO_KEYS = 'nothing is encrypted on one machine';
const NO_PERMISSIONS = 'services may do what the template connects';
const NO_WATCH = 'nobody is on call for one machine';

const table: Kind = {
  named: 'TableName',
  arn: (name) => local('dynamodb', `table/${name}`),
  honoured: ['TableName', 'KeySchema', 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'BillingMode'],
  inert: {
    ...TAGS,
    DeletionProtectionEnabled: 'the tables end with the process',
    PointInTimeRecoverySpecification: 'the tables end with the process',
    SSESpecification: NO_KEYS,
    TimeToLiveSpecification: 'nothing depends on expiry',
    Replicas: 'there is one region',
    TableClass: 'nobody pays here',
    OnDemandThroughput: 'the emulator has no throughput',
    WarmThroughput: 'the emulator has no throughput',
    WriteOnDemandThroughputSettings: 'the emulator has no throughput',
    ContributorInsightsSpecification: 'there are no metrics here',
  },
};

const HONOURED: Record<string, Kind> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    named: 'QueueName',
    arn: (name) => local('sqs', name),
    ref: (name, { queueUrl }) => queueUrl(name),
    attributes: { QueueName: (name) => name },
    honoured: ['QueueName', 'VisibilityTimeout', 'DelaySeconds', 'RedrivePolicy', 'MaximumMessageSize'],
    inert: {
      ...TAGS,
      MessageRetentionPeriod: 'messages stay until they are read',
      ReceiveMessageWaitTimeSeconds: 'nobody polls here',
      RedriveAllowPolicy: 'there are no permissions here',
      KmsMasterKeyId: NO_KEYS,
      KmsDataKeyReusePeriodSeconds: NO_KEYS,
      SqsManagedSseEnabled: NO_KEYS,
    },
  },
  'AWS::Lambda::Function': {
    named: 'FunctionName',
    arn: (name) => local('lambda', `function:${name}`),
    honoured: ['FunctionName', 'Code', 'Handler', 'Role', 'Runtime', 'Environment', 'Timeout', 'MemorySize'],
    inert: {
      ...TAGS,
      Description: 'prose',
      Architectures: 'the machine has the one it has',
      LoggingConfig: 'logs go to one file',
      TracingConfig: 'there are no traces here',
      KmsKeyArn: NO_KEYS,
      EphemeralStorage: 'the machine has its own disk',
      ReservedConcurrentExecutions: 'each function runs once at a time',
      RecursiveLoop: 'chains are not counted here',
      RuntimeManagementConfig: 'the runtime is the one that runs this',
    },
  },
  'AWS::Lambda::Url': {
    ref: null,
    attributes: { FunctionUrl: (name, { functionUrl }) => functionUrl(name) },
    honoured: ['AuthType', 'TargetFunctionArn', 'InvokeMode'],
  },
  'AWS::IAM::Role': {
    named: 'RoleName',
    arn: (name) => local('iam', `role/${name}`),
    honoured: ['RoleName', 'Policies'],
    inert: { ...TAGS, Description: 'prose', AssumeRolePolicyDocument: 'each function has the role that it is given' },
  },
  'AWS::IAM::Policy': { honoured: ['PolicyDocument', 'Roles'], inert: { PolicyName: 'prose' } },
  'AWS::Lambda::EventSourceMapping': {
    honoured: [
      'EventSourceArn',
      'FunctionName',
      'BatchSize',
      'Enabled',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
    ],
    inert: { ...TAGS, ScalingConfig: 'each function runs once at a time', MetricsConfig: 'there are no metrics here' },
  },
  'AWS::Lambda::EventInvokeConfig': {
    honoured: ['FunctionName', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
    inert: { Qualifier: 'there is one version' },
  },
  'AWS::Events::EventBus': {
    named: 'Name',
    arn: (name) => local('events', `event-bus/${name}`),
    attributes: { Name: (name) => name },
    honoured: ['Name'],
    inert: { ...TAGS, Description: 'prose', KmsKeyIdentifier: NO_KEYS, LogConfig: 'logs go to one file' },
  },
  'AWS::Events::Rule': {
    named: 'Name',
    arn: (name) => local('events', `rule/${name}`),
    honoured: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
    inert: { ...TAGS, Description: 'prose', RoleArn: 'there are no permissions here' },
  },
  // Keys for message authentication codes are used; all others are only there.
  'AWS::KMS::Key': {
    arn: (name) => local('kms', `key/${name}`),
    attributes: { KeyId: (name) => name },
    honoured: ['KeyUsage', 'KeySpec', 'Enabled'],
    inert: {
      ...TAGS,
      Description: 'prose',
      KeyPolicy: 'the roles say who may use a key',
      BypassPolicyLockoutSafetyCheck: 'the roles say who may use a key',
      EnableKeyRotation: NO_KEYS,
      RotationPeriodInDays: NO_KEYS,
      Origin: 'what a key holds is derived from its ARN',
      MultiRegion: 'there is one region',
      PendingWindowInDays: 'keys end with the process',
    },
  },
  'AWS::S3::Bucket': {
    named: 'BucketName',
    arn: (name) => `s3:::${name}`,
    honoured: ['BucketName', 'VersioningConfiguration'],
    inert: {
      ...TAGS,
      ObjectLockEnabled: 'nothing can be removed here',
      ObjectLockConfiguration: 'nothing can be removed here',
      BucketEncryption: NO_KEYS,
      PublicAccessBlockConfiguration: 'nobody but this machine reaches it',
      OwnershipControls: 'there is one account',
    },
  },
  // Those on a queue's metrics are heard; CloudFormation names them as everything here is named, and adds a suffix.
  'AWS::CloudWatch::Alarm': {
    named: 'AlarmName',
    arn: (name) => local('cloudwatch', `alarm:${name}`),
    honoured: ['AlarmName', 'AlarmDescription', 'Namespace', 'MetricName', 'Dimensions', 'Threshold'],
    inert: {
      ...TAGS,
      ActionsEnabled: NO_WATCH,
      AlarmActions: NO_WATCH,
      OKActions: NO_WATCH,
      InsufficientDataActions: NO_WATCH,
      ComparisonOperator: 'alarms on queues sound from their threshold on',
      EvaluationPeriods: 'queues are asked for what they hold now',
      DatapointsToAlarm: 'queues are asked for what they hold now',
      Period: 'queues are asked for what they hold now',
      Statistic: 'queues are asked for what they hold now',
      TreatMissingData: 'queues always say what they hold',
    },
  },
  'AWS::SES::ConfigurationSet': {
    named: 'Name',
    arn: (name) => local('ses', `configuration-set/${name}`),
    honoured: ['Name', 'SendingOptions', 'SuppressionOptions'],
    inert: {
      ...TAGS,
      DeliveryOptions: 'delivery takes seconds here',
      ReputationOptions: 'there are no metrics here',
      TrackingOptions: 'nobody opens links here',
      VdmOptions: 'there are no metrics here',
    },
  },
  'AWS::SES::ConfigurationSetEventDestination': { honoured: ['ConfigurationSetName', 'EventDestination'] },
};

/** Types that do nothing on one machine, and why. Their properties are not read. */
const INERT: Record<string, string> = {
  'AWS::CDK::Metadata': 'says who synthesised',
  'AWS::Lambda::Permission': NO_PERMISSIONS,
  'AWS::SQS::QueuePolicy': NO_PERMISSIONS,
  'AWS::S3::BucketPolicy': NO_PERMISSIONS,
  'AWS::IAM::ManagedPolicy': 'whoever signs a request on this machine may call',
  'AWS::SNS::TopicPolicy': NO_PERMISSIONS,
  'AWS::Events::EventBusPolicy': NO_PERMISSIONS,
  'AWS::KMS::Alias': NO_KEYS,
  'AWS::Logs::LogGroup': 'logs go to one file',
  'AWS::Logs::MetricFilter': NO_WATCH,
  'AWS::CloudWatch::CompositeAlarm': NO_WATCH,
  'AWS::CloudWatch::Dashboard': NO_WATCH,
  'AWS::SNS::Topic': NO_WATCH,
  'AWS::SES::EmailIdentity': 'every sender counts as verified',
};

interface RawResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
}
interface RawTemplate {
  Resources?: Record<string, RawResource>;
  Parameters?: Record<string, { Default?: unknown }>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuses what a resource asks for and one machine cannot give. */
export function refuse(resource: Pick<Resource, 'type' | 'id' | 'stack'>, what: string): never {
  throw new Error(`${resource.type} ${resource.id} of ${resource.stack}: ${what} cannot be honoured on one machine`);
}

/** Refuses members of a nested property that are not among `known`. */
export function only(
  resource: Resource,
  path: string,
  value: unknown,
  known: readonly string[],
): Record<string, unknown> {
  if (!isObject(value)) return refuse(resource, `${path} ${JSON.stringify(value)}`);
  for (const key of Object.keys(value)) if (!known.includes(key)) refuse(resource, `property ${path}.${key}`);
  return value;
}

/** Reads every template of `directory` (a cdk.out). Throws for what is neither honoured nor known to be inert. */
export function readAssembly(directory: string, addresses: Addresses): Assembly {
  const files = readdirSync(directory);
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const stacks = files
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => resolveStack(file.replace(/\.template\.json$/, ''), read(file) as RawTemplate));
  if (stacks.length === 0) throw new Error(`no *.template.json in ${directory}: run \`npm run synth\` first`);

  const assets = new Map<string, string>();
  for (const file of files.filter((name) => name.endsWith('.assets.json'))) {
    const manifest = read(file) as {
      files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
    };
    for (const { source, destinations } of Object.values(manifest.files ?? {}))
      for (const { objectKey } of Object.values(destinations))
        if (source.path) assets.set(objectKey, join(directory, source.path));
  }

  function resolveStack(stack: string, template: RawTemplate) {
    const raw = template.Resources ?? {};
    const named = (id: string) => ({ type: raw[id]?.Type ?? 'no resource', id, stack });

    function nameOf(id: string): string {
      const kind = HONOURED[raw[id]?.Type ?? ''];
      const given = kind?.named && raw[id]?.Properties?.[kind.named];
      return given === undefined ? `${stack}-${id}` : String(resolve(given, id));
    }
    const arnOf = (id: string) =>
      `arn:aws:${HONOURED[raw[id]?.Type ?? '']?.arn?.(nameOf(id)) ?? local('inert', nameOf(id))}`;

    function ref(target: string, from: string): unknown {
      if (target === 'AWS::NoValue') return undefined;
      const pseudo: Record<string, string> = {
        'AWS::AccountId': ACCOUNT,
        'AWS::Region': REGION,
        'AWS::Partition': 'aws',
        'AWS::URLSuffix': 'amazonaws.com',
        'AWS::StackName': stack,
        'AWS::StackId': `arn:aws:${local('cloudformation', `stack/${stack}/local`)}`,
      };
      if (pseudo[target] !== undefined) return pseudo[target];
      const parameter = template.Parameters?.[target];
      if (parameter) return parameter.Default ?? refuse(named(from), `parameter ${target} without a default`);
      const resource = raw[target];
      if (!resource) return refuse(named(from), `reference to ${target}, which is not in the template,`);
      const read = HONOURED[resource.Type]?.ref;
      if (read === null) return refuse(named(target), 'Ref');
      return read?.(nameOf(target), addresses) ?? nameOf(target);
    }

    function attribute(target: string, name: string, from: string): string {
      const resource = raw[target];
      if (!resource) return refuse(named(from), `reference to ${target}, which is not in the template,`);
      if (name === 'Arn') return arnOf(target);
      if (INERT[resource.Type]) return `${target}.${name}`;
      const read = HONOURED[resource.Type]?.attributes?.[name];
      return read ? read(nameOf(target), addresses) : refuse(named(target), `attribute ${name}`);
    }

    function substitute(text: string, variables: Record<string, unknown>, from: string): string {
      return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, expression: string) => {
        if (literal) return `\${${expression}}`;
        if (expression in variables) return String(resolve(variables[expression], from));
        const [target = '', name] = expression.split(/\.(.*)/s);
        return String(name === undefined ? ref(target, from) : attribute(target, name, from));
      });
    }

    function resolve(value: unknown, from: string): unknown {
      if (Array.isArray(value)) return value.map((each) => resolve(each, from)).filter((each) => each !== undefined);
      if (!isObject(value)) return value;
      const [key, ...others] = Object.keys(value);
      if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
        const argument = value[key];
        const list = () => resolve(argument, from) as unknown[];
        switch (key) {
          case 'Ref':
            return ref(String(argument), from);
          case 'Fn::GetAtt': {
            const [target, ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
            return attribute(target ?? '', path.join('.'), from);
          }
          case 'Fn::Join': {
            const [separator, parts] = list();
            return (parts as unknown[]).join(String(separator));
          }
          case 'Fn::Split': {
            const [separator, text] = list();
            return String(text).split(String(separator));
          }
          case 'Fn::Select': {
            const [index, values] = list();
            return (values as unknown[])[Number(index)];
          }
          case 'Fn::Sub':
            return Array.isArray(argument)
              ? substitute(String(argument[0]), argument[1] as Record<string, unknown>, from)
              : substitute(String(argument), {}, from);
          case 'Fn::ImportValue':
            return (
              imported(String(resolve(argument, from))) ?? refuse(named(from), `import of ${JSON.stringify(argument)}`)
            );
          default:
            return refuse(named(from), `function ${key}`);
        }
      }
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, each]) => [name, resolve(each, from)] as const)
          .filter(([, each]) => each !== undefined),
      );
    }

    function resources(): Resource[] {
      return Object.entries(raw).flatMap(([id, resource]) => {
        if (INERT[resource.Type]) return [];
        const kind = HONOURED[resource.Type];
        if (!kind) return refuse(named(id), 'the type');
        if (resource.Condition) return refuse(named(id), `condition ${resource.Condition}`);
        const properties: Record<string, unknown> = {};
        for (const [property, value] of Object.entries(resource.Properties ?? {})) {
          if (kind.inert?.[property]) continue;
          if (!kind.honoured.includes(property)) return refuse(named(id), `property ${property}`);
          const resolved = resolve(value, id);
          if (resolved !== undefined) properties[property] = resolved;
        }
        return [{ type: resource.Type, id, stack, name: nameOf(id), arn: arnOf(id), properties }];
      });
    }

    function exported(name: string): unknown {
      for (const [id, { Value, Export }] of Object.entries(template.Outputs ?? {}))
        if (Export && resolve(Export.Name, id) === name) return resolve(Value, id);
      return undefined;
    }
    return { resources, exported };
  }

  function imported(name: string): unknown {
    for (const stack of stacks) {
      const value = stack.exported(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  const resources = stacks.flatMap((stack) => stack.resources());
  return {
    ofType: (type) => resources.filter((resource) => resource.type === type),
    assetDirectory(objectKey) {
      const path = assets.get(objectKey);
      if (!path) throw new Error(`no asset ${objectKey} in ${directory}: synthesise again`);
      return path;
    },
  };
}
