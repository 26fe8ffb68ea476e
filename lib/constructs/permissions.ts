/** What a function may do with a table: actions by name, the table by name, never a wildcard. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

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

/** Derive what a key of KMS derives, and read nothing of it. */
export function mayDerive(fn: LambdaFunction, key: IKey): void {
  fn.addToRolePolicy(new PolicyStatement({ actions: ['kms:GenerateMac'], resources: [key.keyArn] }));
}

function allow(fn: LambdaFunction, table: AnyTable, actions: string[], keyActions: string[]): void {
  fn.addToRolePolicy(new PolicyStatement({ actions, resources: [table.tableArn] }));
  if (table.encryptionKey !== undefined) {
    fn.addToRolePolicy(new PolicyStatement({ actions: keyActions, resources: [table.encryptionKey.keyArn] }));
  }
}
