/** What a function may do: actions by name, tables, queues and keys by name; a star only where AWS knows no name. */
import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

import { AUDIT_COPIES } from '../../functions/contracts/copies.ts';

/** A table, ours or imported, as far as permissions care. */
export interface AnyTable {
  readonly tableName: string;
  readonly tableArn: string;
  readonly encryptionKey?: IKey | undefined;
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const UPDATE = ['dynamodb:UpdateItem'];
const WRITE = ['dynamodb:PutItem', ...UPDATE, 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];

const READ_KEY = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE_KEY = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

export function mayRead(fn: LambdaFunction, ...tables: readonly AnyTable[]): void {
  for (const table of tables) allow(fn, table, READ, READ_KEY);
}

/** Add, change, remove and read rows. */
export function mayWrite(fn: LambdaFunction, ...tables: readonly AnyTable[]): void {
  for (const table of tables) allow(fn, table, [...READ, ...WRITE], [...READ_KEY, ...WRITE_KEY]);
}

/** Change rows that are there; a row can neither be replaced nor removed. */
export function mayUpdate(fn: LambdaFunction, table: AnyTable): void {
  allow(fn, table, UPDATE, [...READ_KEY, ...WRITE_KEY]);
}

/** Walk an index from end to end. */
export function mayWalk(fn: LambdaFunction, table: AnyTable, index: string): void {
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:Query', 'dynamodb:Scan'],
      resources: [`${table.tableArn}/index/${index}`],
    }),
  );
}

/** Ask an index, and walk none. */
export function mayQuery(fn: LambdaFunction, table: AnyTable, index: string): void {
  fn.addToRolePolicy(
    new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] }),
  );
}

/** Put copies of audit entries, and nothing else: neither read nor remove one. */
export function mayWitness(fn: LambdaFunction, bucket: Bucket): void {
  allowCopies(fn, bucket, ['s3:PutObject']);
}

/** Put copies of audit entries and read each version that is there; remove none. */
export function mayVerify(fn: LambdaFunction, bucket: Bucket): void {
  allowCopies(fn, bucket, ['s3:PutObject', 's3:GetObjectVersion']);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [bucket.bucketArn] }));
}

function allowCopies(fn: LambdaFunction, bucket: Bucket, actions: string[]): void {
  const copies = bucket.arnForObjects(`${AUDIT_COPIES}*`);
  fn.addToRolePolicy(new PolicyStatement({ actions, resources: [copies] }));
  acknowledgeStar(
    fn,
    `${exportOf(bucket)}/${AUDIT_COPIES}*`,
    'Each entry of the audit trail has a key of its own: only their first part is known here.',
  );
}

/** Bring the dead letters of a queue back to it, which takes what AWS asks of whoever starts a message move task. */
export function mayRedrive(fn: LambdaFunction, queue: IQueue, deadLetters: IQueue): void {
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [deadLetters.queueArn],
    }),
  );
  fn.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
}

/** Ask how many messages a queue has. */
export function mayCount(fn: LambdaFunction, ...queues: readonly IQueue[]): void {
  for (const { queueArn } of queues)
    fn.addToRolePolicy(new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources: [queueArn] }));
}

/** Read metrics and the state of alarms. */
export function mayWatch(fn: LambdaFunction): void {
  fn.addToRolePolicy(
    new PolicyStatement({ actions: ['cloudwatch:GetMetricData', 'cloudwatch:DescribeAlarms'], resources: ['*'] }),
  );
  acknowledgeStar(
    fn,
    '*',
    'Metrics have no resource that could be named, and alarms are asked for by the first part of their name.',
  );
}

/** Derive what a key of KMS derives, and read nothing of it. */
export function mayDerive(fn: LambdaFunction, key: IKey): void {
  fn.addToRolePolicy(new PolicyStatement({ actions: ['kms:GenerateMac'], resources: [key.keyArn] }));
}

/** cdk-nag calls what comes from another stack by the name under which it is exported there. */
function exportOf({ bucketArn, stack }: Bucket): string {
  return (stack.resolve(stack.exportValue(bucketArn)) as { 'Fn::ImportValue': string })['Fn::ImportValue'];
}

/** Tells cdk-nag why a resource has a star. */
function acknowledgeStar(fn: LambdaFunction, resource: string, reason: string): void {
  Validations.of(fn.role ?? fn).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

function allow(fn: LambdaFunction, table: AnyTable, actions: string[], keyActions: string[]): void {
  fn.addToRolePolicy(new PolicyStatement({ actions, resources: [table.tableArn] }));
  if (table.encryptionKey !== undefined) {
    fn.addToRolePolicy(new PolicyStatement({ actions: keyActions, resources: [table.encryptionKey.keyArn] }));
  }
}
