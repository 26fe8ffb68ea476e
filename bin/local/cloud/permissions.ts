/**
 * What the functions' roles allow, as the template says: whoever asks for an action that no policy of their role names
 * is refused, as in an account. Actions only; on which resource, and under which condition, is not asked here.
 */
import { type Assembly, only, refuse, type Resource } from './template.ts';

/** Whether a function's role allows an action of the wire: `DynamoDB.Query`. */
export type Permissions = (functionName: string, action: string) => boolean;

interface Statement {
  readonly effect: string;
  readonly actions: readonly RegExp[];
}

const PREFIXES: Readonly<Record<string, string>> = {
  DynamoDB: 'dynamodb',
  SQS: 'sqs',
  SES: 'ses',
  EventBridge: 'events',
  KMS: 'kms',
  S3: 's3',
  CloudWatch: 'cloudwatch',
};
/** Whose permission has another name. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'S3.ListObjectsV2': 's3:ListBucket',
  'S3.ListObjectVersions': 's3:ListBucketVersions',
};

/** The name that policies use: `SQS.SendMessageBatch` is `sqs:SendMessage`. */
export function iamAction(action: string): string {
  const [service = '', name = ''] = action.split('.');
  const prefix = PREFIXES[service];
  if (prefix === undefined) throw new Error(`${action}: the service ${service} is not known here`);
  return OTHERWISE[action] ?? `${prefix}:${prefix === 'sqs' ? name.replace(/Batch$/, '') : name}`;
}

export function readPermissions(assembly: Pick<Assembly, 'ofType'>): Permissions {
  const roles = new Map(assembly.ofType('AWS::IAM::Role').map((role) => [role.name, inlineStatements(role)]));
  for (const policy of assembly.ofType('AWS::IAM::Policy'))
    for (const role of policy.properties['Roles'] as string[])
      roles.get(role)?.push(...statementsOf(policy, policy.properties['PolicyDocument']));
  const byArn = new Map(assembly.ofType('AWS::IAM::Role').map(({ arn, name }) => [arn, roles.get(name) ?? []]));
  const functions = new Map(
    assembly
      .ofType('AWS::Lambda::Function')
      .map(({ name, properties }) => [name, byArn.get(String(properties['Role'])) ?? []]),
  );
  return (functionName, action) => {
    const wanted = iamAction(action);
    const named = (functions.get(functionName) ?? []).filter(({ actions }) =>
      actions.some((each) => each.test(wanted)),
    );
    return named.some(({ effect }) => effect === 'Allow') && named.every(({ effect }) => effect === 'Allow');
  };
}

function inlineStatements(role: Resource): Statement[] {
  const policies = (role.properties['Policies'] ?? []) as { PolicyDocument: unknown }[];
  return policies.flatMap(({ PolicyDocument }) => statementsOf(role, PolicyDocument));
}

function statementsOf(resource: Resource, document: unknown): Statement[] {
  const { Statement: given } = only(resource, 'PolicyDocument', document, ['Statement', 'Version']);
  return [given].flat().map((statement) => {
    const { Effect, Action } = only(resource, 'PolicyDocument.Statement', statement, [
      'Sid',
      'Effect',
      'Action',
      'Resource',
      'Condition',
    ]);
    if (Action === undefined) return refuse(resource, 'a statement without Action');
    return { effect: String(Effect), actions: [Action as string | string[]].flat().map(pattern) };
  });
}

/** `dynamodb:*`; a star stands for anything. Case does not matter. */
function pattern(action: string): RegExp {
  const literal = action.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join('.*')}$`, 'i');
}
