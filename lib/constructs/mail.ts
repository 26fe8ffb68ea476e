/**
 * How mail leaves and how we learn what became of it: the configuration set, its events, and the rule that brings
 * them, stripped of addresses, to the feedback queue.
 */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { FEEDBACK_PATHS } from '../../functions/contracts/messages.ts';
import { alarmOnRule } from './alarms.ts';
import { TransformedInput } from './transformed-input.ts';

export interface MailProps {
  readonly sunset: string;
  /** A domain that SES has verified. */
  readonly senderIdentity: string;
}

/** What we ask SES to tell (left), and what EventBridge calls it (right). SEND proves nothing: it is not asked for. */
const EVENTS: readonly (readonly [EmailSendingEvent, string])[] = [
  [EmailSendingEvent.DELIVERY, 'Email Delivered'],
  [EmailSendingEvent.BOUNCE, 'Email Bounced'],
  [EmailSendingEvent.COMPLAINT, 'Email Complaint Received'],
  [EmailSendingEvent.REJECT, 'Email Rejected'],
  [EmailSendingEvent.RENDERING_FAILURE, 'Email Rendering Failed'],
  [EmailSendingEvent.DELIVERY_DELAY, 'Email Delivery Delayed'],
];

export class Mail extends Construct {
  readonly configurationSetName: string;
  private readonly props: MailProps;
  private readonly configurationSetArn: string;
  private readonly identityArn: string;

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id);
    this.props = props;

    const set = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: props.sunset,
      // Shorter than `reconcileAfter`: a claim is only judged once SES has stopped trying.
      maxDeliveryDuration: Duration.hours(6),
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      reputationMetrics: true,
      sendingEnabled: true,
    });
    set.addEventDestination('Events', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: EVENTS.map(([event]) => event),
    });
    this.configurationSetName = set.configurationSetName;
    this.configurationSetArn = this.arn('configuration-set', set.configurationSetName);
    this.identityArn = EmailIdentity.fromEmailIdentityName(this, 'Sender', props.senderIdentity).emailIdentityArn;
  }

  /** Brings what became of each mail to the queue. */
  feed(queue: IQueue): void {
    const rule = new Rule(this, 'Feedback', {
      description: 'What became of our mail, without addresses',
      eventPattern: {
        source: ['aws.ses'],
        detailType: EVENTS.map(([, detailType]) => detailType),
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
      },
      targets: [
        // No dead letters, on purpose: EventBridge puts the *original* event there, with the address (promise 15).
        // A lost event costs proof, never a false one: it is reconciled as unproven, and the alarm below tells.
        new SqsQueue(queue, {
          message: new TransformedInput(FEEDBACK_PATHS, ['tags']),
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
    alarmOnRule(this, 'LostFeedbackAlarm', {
      dimensions: { RuleName: rule.ruleName },
      impact: 'Deliveries and bounces are lost: people count as unproven and their chats stay blocked.',
      runbook: 'lost-feedback',
    });
  }

  /** Lets the function send this sunset's templates, from this sender, through this configuration set. */
  maySend(fn: LambdaFunction): void {
    const templates = this.arn('template', `${this.props.sunset}-*`);
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendBulkTemplatedEmail', 'ses:SendTemplatedEmail'],
        resources: [this.identityArn, this.configurationSetArn, templates],
      }),
    );
    Validations.of(fn.role ?? fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:template/${this.props.sunset}-*]`,
      reason:
        'A plan brings its templates, one a language and version, while the stack runs: only their prefix is known here.',
    });
  }

  /** Lets the function ask how much may be sent. */
  mayReadQuota(fn: LambdaFunction): void {
    fn.addToRolePolicy(new PolicyStatement({ actions: ['ses:GetSendQuota'], resources: ['*'] }));
    Validations.of(fn.role ?? fn).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'What belongs to the account has no resource that could be named: its quota, metrics, identities, templates.',
    });
  }

  /** Lets the function make templates, and ask whether SES is set up as this sunset needs it. */
  mayPrepare(fn: LambdaFunction): void {
    this.mayReadQuota(fn);
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'ses:CreateTemplate',
          'ses:GetIdentityVerificationAttributes',
          'ses:GetIdentityDkimAttributes',
          'ses:DescribeConfigurationSet',
        ],
        // None of them knows a resource; the worst they can do is a template of another name, which nobody sends.
        resources: ['*'],
      }),
    );
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}
