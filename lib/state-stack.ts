/**
 * What must outlive every deployment: the four tables, the key that encrypts them, the key of people's links, and the
 * bucket with the copies of the audit trail. Nothing here is deleted with its stack, and no table can be deleted by mistake.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import * as v from 'valibot';

import { LISTED_INDEX, PlatformMapping, SUNSET_TABLE_KEY } from '../functions/contracts/tables.ts';
import type { AnyTable } from './constructs/permissions.ts';
import type { Settings } from './settings.ts';

/** Longer than a year, so that a yearly audit finds all of it. */
const COPIES_KEPT = Duration.days(400);

export interface StateStackProps extends StackProps {
  /** The platform's own tables, to import. @default - Users and Chats are created */
  readonly platform: Settings['platform'];
}

export class StateStack extends Stack {
  /** What shall happen: plan, cohorts, groups, runs, cursors, pacer. */
  readonly plan: AnyTable;
  /** What happened. */
  readonly ledger: AnyTable;
  readonly users: AnyTable;
  readonly chats: AnyTable;
  /** How the platform calls its attributes. */
  readonly mapping: PlatformMapping;

  /** From which the key of people's links is derived: links in mail must go on working after a new deployment. */
  readonly linkKey: Key;

  /** Copies of the audit trail, which nobody can change or remove. */
  readonly auditTrail: Bucket;

  private readonly key: Key;

  constructor(scope: Construct, id: string, { platform, ...props }: StateStackProps) {
    super(scope, id, props);

    this.key = new Key(this, 'Key', {
      description: 'Encrypts the tables of a sunset',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.linkKey = new Key(this, 'LinkKey', {
      description: 'Seals the links in the letters of a sunset',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.plan = this.table('Plan', SUNSET_TABLE_KEY.partition, SUNSET_TABLE_KEY.sort);
    this.ledger = this.ledgerTable();
    this.auditTrail = this.auditBucket();

    this.mapping = platform?.mapping ?? v.parse(PlatformMapping, {});
    if (platform === undefined) {
      this.users = this.table('Users', this.mapping.users.userId);
      this.chats = this.chatsTable();
    } else {
      const encryptionKey =
        platform.keyArn === undefined ? {} : { encryptionKey: Key.fromKeyArn(this, 'PlatformKey', platform.keyArn) };
      this.users = Table.fromTableAttributes(this, 'Users', { tableName: platform.usersTable, ...encryptionKey });
      this.chats = Table.fromTableAttributes(this, 'Chats', { tableName: platform.chatsTable, ...encryptionKey });
    }

    new CfnOutput(this, 'PlanTable', { value: this.plan.tableName });
    new CfnOutput(this, 'LedgerTable', { value: this.ledger.tableName });
    new CfnOutput(this, 'UsersTable', { value: this.users.tableName });
    new CfnOutput(this, 'ChatsTable', { value: this.chats.tableName });
    new CfnOutput(this, 'AuditTrailBucket', { value: this.auditTrail.bucketName });
  }

  /**
   * Locked in compliance mode: in governance mode whoever administers the account could remove the copies, and would be
   * the same who can rewrite the table. Encrypted by S3's own key: whoever took ours away would take the copies with it.
   */
  private auditBucket(): Bucket {
    const bucket = new Bucket(this, 'AuditTrail', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(COPIES_KEPT),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Nothing in it can be changed or removed, and what is added twice is seen in its versions: a log of requests would prove no more.',
    });
    return bucket;
  }

  private ledgerTable(): Table {
    const ledger = this.table('Ledger', SUNSET_TABLE_KEY.partition, SUNSET_TABLE_KEY.sort);
    // Sparse: a blocked chat carries `listed`, its cohort, so that operators see those of a cohort without a walk.
    ledger.addGlobalSecondaryIndex({
      indexName: LISTED_INDEX,
      partitionKey: { name: 'listed', type: AttributeType.STRING },
      sortKey: { name: 'listedAt', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    return ledger;
  }

  private chatsTable(): Table {
    const { chatId, participants, encryption, version, encryptedSince, index } = this.mapping.chats;
    const chats = this.table('Chats', chatId);
    // Sparse: only an encrypted chat carries `encryptedSince`. The index only nominates, so it projects what the
    // gate's first look needs and no more; the base row decides.
    chats.addGlobalSecondaryIndex({
      indexName: index,
      partitionKey: { name: chatId, type: AttributeType.STRING },
      sortKey: { name: encryptedSince, type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [participants, encryption, ...(version === null ? [] : [version])],
    });
    return chats;
  }

  private table(id: string, partition: string, sort?: string): Table {
    return new Table(this, id, {
      partitionKey: { name: partition, type: AttributeType.STRING },
      ...(sort === undefined ? {} : { sortKey: { name: sort, type: AttributeType.STRING } }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
