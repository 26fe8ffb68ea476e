/**
 * Amazon SES, version 1. Its client never repeats a call (maxAttempts 1): a repetition would send again behind our
 * back. An error that proves that nothing was accepted is an answer; any other is thrown, and the claim stays open.
 */
import {
  GetSendQuotaCommand,
  SendBulkTemplatedEmailCommand,
  type SESClient,
  SESServiceException,
} from '@aws-sdk/client-ses';

import { noticeTag } from '../domain/notice.ts';
import type { AttemptOutcome } from '../domain/page.ts';
import { tagOfId } from '../domain/tags.ts';
import type { Mailer, SendAnswer } from '../ports.ts';

/** Statuses of one destination: sent again, or only after people have acted. Any other refusal is for good. */
const AGAIN = new Set(['AccountThrottled', 'AccountDailyQuotaExceeded', 'TransientFailure']);
const ACCOUNT = new Set([
  'AccountSuspended',
  'AccountSendingPaused',
  'ConfigurationSetDoesNotExist',
  'ConfigurationSetSendingPaused',
  'InvalidSendingPoolName',
  'MailFromDomainNotVerified',
  'TemplateDoesNotExist',
]);
/** Errors of a whole call. */
const THROTTLED = new Set(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'LimitExceeded']);
const MALFORMED = new Set(['InvalidParameterValue', 'MessageRejected', 'ValidationError', 'InvalidTemplateData']);

export function createMailer(client: SESClient, configurationSet: string | undefined): Mailer {
  return {
    async quota() {
      const {
        MaxSendRate = 1,
        Max24HourSend = 200,
        SentLast24Hours = 0,
      } = await client.send(new GetSendQuotaCommand({}));
      return { rate: MaxSendRate, daily: Max24HourSend, sentToday: SentLast24Hours };
    },
    async send({ template, page, notice, sender, letters }): Promise<SendAnswer> {
      if (configurationSet === undefined)
        throw new Error('this function sends no mail: it is told no CONFIGURATION_SET');
      const command = new SendBulkTemplatedEmailCommand({
        Source: `"${sender.name.replaceAll(/["\\]/g, '')}" <${sender.address}>`,
        ReplyToAddresses: [sender.replyTo],
        ConfigurationSetName: configurationSet,
        Template: template,
        DefaultTemplateData: '{}',
        DefaultTags: [
          { Name: 'page', Value: tagOfId(page) },
          { Name: 'notice', Value: noticeTag(notice) },
        ],
        Destinations: letters.map(({ address, userId, values }) => ({
          Destination: { ToAddresses: [address] },
          ReplacementTags: [{ Name: 'person', Value: tagOfId(userId) }],
          ReplacementTemplateData: JSON.stringify(values),
        })),
      });
      try {
        const { Status = [] } = await client.send(command);
        const account = Status.find((each) => ACCOUNT.has(each.Status ?? ''))?.Status;
        return {
          kind: 'answered',
          outcomes: letters.map((_, at) => outcomeOf(Status[at]?.Status)),
          ...(account === undefined ? {} : { account }),
        };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function outcomeOf(status: string | undefined): AttemptOutcome {
  if (status === 'Success') return 'accepted';
  if (status === undefined) return 'unknown';
  return AGAIN.has(status) || ACCOUNT.has(status) ? 'throttled' : 'refused';
}

function refusalOf(error: unknown): SendAnswer {
  // Without an answer of SES nobody knows what it did; neither with one that says that it broke.
  if (!(error instanceof SESServiceException) || error.$fault !== 'client') throw error;
  const name = error.name.replace(/Exception$/, '');
  if (THROTTLED.has(error.name) || THROTTLED.has(name)) return { kind: 'throttled' };
  if (MALFORMED.has(error.name) || MALFORMED.has(name)) return { kind: 'malformed' };
  return { kind: 'account', why: name };
}
