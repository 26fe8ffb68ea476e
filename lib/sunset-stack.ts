/**
 * One sunset, in the order of its flow. Every number that decides how fast or how long stands here.
 */
import { Aws, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Schedule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

import { LISTED_INDEX } from '../functions/contracts/tables.ts';
import { alarm, alarmOnHolds, notifyOfAlarms } from './constructs/alarms.ts';
import { Mail } from './constructs/mail.ts';
import { OperatorApi } from './constructs/operator-api.ts';
import { PublicPage } from './constructs/public-page.ts';
import {
  mayCount,
  mayDerive,
  mayQuery,
  mayRead,
  mayRedrive,
  mayUpdate,
  mayVerify,
  mayWalk,
  mayWatch,
  mayWitness,
  mayWrite,
} from './constructs/permissions.ts';
import { Scheduled } from './constructs/scheduled.ts';
import { Signals } from './constructs/signals.ts';
import { Worker } from './constructs/worker.ts';
import type { Settings } from './settings.ts';
import type { StateStack } from './state-stack.ts';

const seconds = (count: number) => Duration.seconds(count);
const minutes = (count: number) => Duration.minutes(count);
const hours = (count: number) => Duration.hours(count);

export interface SunsetStackProps extends StackProps, Omit<Settings, 'platform'> {
  readonly state: StateStack;
  /** The folder of the entry points. @default - this project's functions/ */
  readonly functions?: string | undefined;
}

export class SunsetStack extends Stack {
  constructor(scope: Construct, id: string, props: SunsetStackProps) {
    const { state, sunset, senderIdentity, preferencesUrl, preferencesConcurrency, ...rest } = props;
    const { sweepSegments, operatorRoles, alarmTopicArn, functions, ...stackProps } = rest;
    super(scope, id, stackProps);

    const { plan, ledger, users, chats, auditTrail } = state;
    const ours = { SUNSET: sunset, PLAN_TABLE: plan.tableName, LEDGER_TABLE: ledger.tableName };
    const platform = {
      USERS_TABLE: users.tableName,
      CHATS_TABLE: chats.tableName,
      PLATFORM_MAPPING: JSON.stringify(state.mapping),
    };

    // What we tell the platform. Its events name ids only, and a bus stores nothing: AWS's own key will do.
    const bus = new EventBus(this, 'PlatformBus', { eventBusName: sunset });
    const mail = new Mail(this, 'Mail', { sunset, senderIdentity });

    // The queues. A message is only a hint: lost, doubled or late, it changes no outcome.
    const dispatch = new Worker(this, 'Dispatch', {
      name: 'dispatch',
      impact: 'Runs are not queued: notices that are due wait.',
      timeout: seconds(60),
      maxConcurrency: 2,
      oldestMessage: minutes(15),
      functions,
    });
    const notice = new Worker(this, 'Notify', {
      name: 'notify',
      impact: 'Notices are not sent: people hear of their end date later, or it has to be moved.',
      timeout: seconds(120),
      // The pacer holds the rate: more of them only wait longer for their slot.
      maxConcurrency: 10,
      // Dispatch queues a quarter of an hour of send rate at most: twice that is not a wait, it is a stop.
      oldestMessage: minutes(30),
      functions,
    });
    const sweep = new Worker(this, 'Sweep', {
      name: 'sweep',
      impact: 'Newcomers are not enrolled and chats that are due are not found.',
      timeout: seconds(300),
      maxConcurrency: Math.max(2, sweepSegments),
      oldestMessage: hours(1),
      functions,
    });
    const disable = new Worker(this, 'Disable', {
      name: 'disable',
      impact: 'Chats that are due keep their encryption, and intents stay open.',
      timeout: seconds(120),
      maxConcurrency: 5,
      oldestMessage: minutes(30),
      functions,
    });
    const feedback = new Worker(this, 'Feedback', {
      name: 'feedback',
      impact: 'Deliveries are not recorded and breakers are blind: chats stay blocked, bounces go unseen.',
      timeout: seconds(30),
      // A page's events come within seconds: together they cost one count of their cohort instead of fifty.
      batchSize: 100,
      batchingWindow: seconds(10),
      maxConcurrency: 10,
      oldestMessage: minutes(15),
      functions,
    });

    const signals = new Worker(this, 'Signals', {
      name: 'signals',
      impact: 'What people have chosen does not count yet: they are reminded again, or get their later date too late.',
      timeout: seconds(30),
      maxConcurrency: 5,
      oldestMessage: minutes(15),
      functions,
    });

    // Every minute: what is due and not done?
    const tick = new Scheduled(this, 'Tick', {
      name: 'tick',
      impact: 'Nothing is opened, continued or reconciled, and permits run out: all mail and all flips stop.',
      schedule: Schedule.rate(minutes(1)),
      timeout: seconds(60),
      // Level-triggered: the next minute's tick sees what this one did not do.
      latest: minutes(1),
      retries: 0,
      environment: {
        ...ours,
        DISPATCH_QUEUE_URL: dispatch.queue.queueUrl,
        SWEEP_QUEUE_URL: sweep.queue.queueUrl,
        DISABLE_QUEUE_URL: disable.queue.queueUrl,
        SWEEP_SEGMENTS: String(sweepSegments),
      },
      functions,
    }).function;
    mayWrite(tick, plan);
    mayRead(tick, ledger);
    mail.mayReadQuota(tick);
    for (const next of [dispatch, sweep, disable]) next.queue.grantSendMessages(tick);
    alarm(this, 'MissedTickAlarm', {
      metric: tick.metricInvocations({ period: minutes(5) }),
      threshold: 1,
      below: true,
      impact: 'No tick for five minutes: all mail and all flips stop as permits run out.',
      runbook: 'missed-tick',
    });

    // An open run: which pages?
    const dispatcher = dispatch.run({ ...ours, ...platform, NOTICE_QUEUE_URL: notice.queue.queueUrl });
    mayWrite(dispatcher, plan, ledger);
    mayRead(dispatcher, users, chats);
    notice.queue.grantSendMessages(dispatcher);

    // The page behind the link in each letter. Anybody can call it, so it writes nothing: a choice is a signal.
    const link = { LINK_KEY: state.linkKey.keyArn };
    const preferences = new PublicPage(this, 'Preferences', {
      name: 'preferences',
      impact: 'People cannot say that they have saved their chats, or need more time.',
      timeout: seconds(10),
      atOnce: preferencesConcurrency,
      environment: { ...ours, ...platform, ...link, SIGNAL_QUEUE_URL: signals.queue.queueUrl },
      functions,
    });
    mayRead(preferences.function, plan, ledger, users);
    mayDerive(preferences.function, state.linkKey);
    signals.queue.grantSendMessages(preferences.function);

    // A page and a notice: to whom, now?
    const notifier = notice.run({
      ...ours,
      ...platform,
      ...link,
      CONFIGURATION_SET: mail.configurationSetName,
      PLATFORM_BUS: bus.eventBusName,
      PREFERENCES_URL: preferencesUrl ?? preferences.url,
    });
    mayWrite(notifier, plan, ledger);
    mayRead(notifier, users, chats);
    mayDerive(notifier, state.linkKey);
    bus.grantPutEventsTo(notifier);
    mail.maySend(notifier);

    // A segment of the encrypted chats: who is new, which chats are due?
    const sweeper = sweep.run({ ...ours, ...platform, DISABLE_QUEUE_URL: disable.queue.queueUrl });
    mayWrite(sweeper, plan, ledger);
    mayRead(sweeper, users, chats);
    mayWalk(sweeper, chats, state.mapping.chats.index);
    disable.queue.grantSendMessages(sweeper);

    // Nominated chats: may they be disabled? The only one that may touch the platform's data, and only to update it.
    const disabler = disable.run({ ...ours, ...platform, PLATFORM_BUS: bus.eventBusName });
    mayWrite(disabler, plan, ledger);
    mayRead(disabler, users, chats);
    mayUpdate(disabler, chats);
    bus.grantPutEventsTo(disabler);

    // What became of each mail.
    const listener = feedback.run({ ...ours, PLATFORM_BUS: bus.eventBusName });
    mayWrite(listener, plan, ledger);
    bus.grantPutEventsTo(listener);
    mail.feed(feedback.queue);

    // What people, and the platform for them, have told us.
    const hearer = signals.run({ ...ours, ...platform });
    mayWrite(hearer, plan, ledger);
    mayRead(hearer, users);
    new Signals(this, 'PlatformSignals', { sunset, bus, queue: signals.queue });

    // Every night: the figures.
    const report = new Scheduled(this, 'Report', {
      name: 'report',
      impact: 'No figures for last night: planned = ended + open is not checked.',
      schedule: Schedule.cron({ hour: '2', minute: '30' }),
      timeout: seconds(900),
      latest: hours(6),
      retries: 2,
      environment: { ...ours, PLATFORM_BUS: bus.eventBusName },
      functions,
    }).function;
    mayWrite(report, plan);
    bus.grantPutEventsTo(report);

    // Operators look, hold, release, propose and approve; each rule and each authority is asked for here.
    const workers = { dispatch, notify: notice, sweep, disable, feedback, signals };
    const operators = new OperatorApi(this, 'Operator', {
      name: 'operator',
      impact: 'Operators can neither look at the campaign nor hold it.',
      // SES takes one new template a second: more than a plan has letters, in all languages.
      timeout: seconds(300),
      environment: {
        ...ours,
        ...platform,
        AUDIT_BUCKET: auditTrail.bucketName,
        CONFIGURATION_SET: mail.configurationSetName,
        SENDER_IDENTITY: senderIdentity,
        OPERATOR_ROLES: JSON.stringify(operatorRoles),
        DISPATCH_QUEUE_URL: dispatch.queue.queueUrl,
        NOTICE_QUEUE_URL: notice.queue.queueUrl,
        SWEEP_QUEUE_URL: sweep.queue.queueUrl,
        DISABLE_QUEUE_URL: disable.queue.queueUrl,
        FEEDBACK_QUEUE_URL: feedback.queue.queueUrl,
        SIGNAL_QUEUE_URL: signals.queue.queueUrl,
        DEAD_LETTER_ARNS: this.toJsonString(
          Object.fromEntries(Object.entries(workers).map(([name, worker]) => [name, worker.deadLetters.queueArn])),
        ),
        // CloudFormation names an alarm after its stack, its logical id and a suffix.
        ALARM_PREFIX: `${Aws.STACK_NAME}-`,
      },
      functions,
    });
    const operator = operators.function;
    mayWrite(operator, plan, ledger);
    mayQuery(operator, ledger, LISTED_INDEX);
    mayRead(operator, users, chats);
    mayVerify(operator, auditTrail);
    mail.maySend(operator);
    mail.mayPrepare(operator);
    mayWatch(operator);
    mayCount(operator, notice.queue, disable.queue);
    for (const { queue, deadLetters } of Object.values(workers)) mayRedrive(operator, queue, deadLetters);

    // Every quarter of an hour: the audit trail is copied to where nobody can change it.
    const audit = new Scheduled(this, 'Audit', {
      name: 'audit',
      impact:
        'What operators do is not copied to where nobody can change it: a cut at the end of the trail stays unseen.',
      schedule: Schedule.rate(minutes(15)),
      timeout: seconds(60),
      // The next one copies what this one has not.
      latest: minutes(15),
      retries: 0,
      environment: { ...ours, AUDIT_BUCKET: auditTrail.bucketName },
      functions,
    }).function;
    mayWrite(audit, ledger);
    mayWitness(audit, auditTrail);

    // They stop a cohort when its figures say so.
    for (const fn of [notifier, disabler, listener]) alarmOnHolds(fn);

    if (alarmTopicArn !== undefined) notifyOfAlarms(this, alarmTopicArn);

    for (const [name, { queue }] of Object.entries(workers)) {
      new CfnOutput(this, `${name[0]?.toUpperCase()}${name.slice(1)}QueueUrl`, { value: queue.queueUrl });
    }
    new CfnOutput(this, 'PlatformBusName', { value: bus.eventBusName });
    new CfnOutput(this, 'PreferencesUrl', { value: preferences.url });
    new CfnOutput(this, 'ConfigurationSetName', { value: mail.configurationSetName });
    new CfnOutput(this, 'OperatorUrl', { value: operators.url });
    new CfnOutput(this, 'OperatorAccessArn', { value: operators.access.managedPolicyArn });
  }
}
