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

import { noticeTag } from '../domain/notice-id.ts';
import type { AttemptOutcome } from '../domain/page.ts';
import { tagOfId } from '../domain/tags.ts';
import type { Mailer, SendAnswer } from '../ports.ts';

/**
 * SES rejects the mail of a sender that is not verified, and in its sandbox to every recipient that is not, by the name
 * that it has for a bad message too. Neither says anything about the person: the account has to be put right.
 */
const UNVERIFIED = 'IdentityNotVerified';
const isUnverified = (message: string | undefined) => /\bnot verified\b/i.test(message ?? '');
/** Statuses of one destination: sent again, or only after people have acted. Any other refusal is for good. */
const AGAIN = new Set(['AccountThrottled', 'AccountDailyQuotaExceeded', 'TransientFailure']);
const ACCOUNT = new Set([
  UNVERIFIED,
  'AccountSuspended',
  'AccountSendingPaused',
  'ConfigurationSetDoesNotExist',
  'ConfigurationSetSendingPaused',
  'InvalidSendingPoolName',
  'MailFromDomainNotVerified',
  'TemplateDoesNotExist',
]);
/** SES says -1 where it sets no limit for a day: more than anybody sends, and a number that can be kept. */
const UNLIMITED = 1e12;
/** In base64, with what stands around it, they are 72 signs. */
const MOST_BYTES_A_WORD = 45;
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
      return { rate: MaxSendRate, daily: Max24HourSend < 0 ? UNLIMITED : Max24HourSend, sentToday: SentLast24Hours };
    },
    async send({ template, page, notice, sender, shared, letters }): Promise<SendAnswer> {
      if (configurationSet === undefined)
        throw new Error('this function sends no mail: it is told no CONFIGURATION_SET');
      const command = new SendBulkTemplatedEmailCommand({
        Source: `${displayName(sender.name)} <${sender.address}>`,
        ReplyToAddresses: [sender.replyTo],
        ConfigurationSetName: configurationSet,
        Template: template,
        // Everything stands with its destination: sources differ on what becomes of defaults beside it.
        DefaultTemplateData: '{}',
        Destinations: letters.map(({ address, userId, values }) => ({
          Destination: { ToAddresses: [address] },
          ReplacementTags: [
            { Name: 'page', Value: tagOfId(page) },
            { Name: 'notice', Value: noticeTag(notice) },
            { Name: 'person', Value: tagOfId(userId) },
          ],
          ReplacementTemplateData: JSON.stringify({ ...shared, ...values }),
        })),
      });
      try {
        const { Status = [] } = await client.send(command);
        // Of whom nothing is said nobody knows: the claim stays open.
        if (Status.length !== letters.length) throw new Error(`SES answered for ${Status.length} of ${letters.length}`);
        const statuses = Status.map(({ Status: status, Error: error }) => (isUnverified(error) ? UNVERIFIED : status));
        const account = statuses.find((status) => ACCOUNT.has(status ?? ''));
        return {
          kind: 'answered',
          outcomes: letters.map((_, at) => outcomeOf(statuses[at])),
          ...(account === undefined ? {} : { account }),
        };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

/** In quotes; beyond ASCII as encoded words (RFC 2047), each of 75 signs at most. */
function displayName(name: string): string {
  const plain = name.replaceAll(/["\\]/g, '');
  if (/^[\x20-\x7e]*$/.test(plain)) return `"${plain}"`;
  const words = [''];
  for (const sign of plain) {
    if (Buffer.byteLength(`${words.at(-1)}${sign}`) > MOST_BYTES_A_WORD) words.push('');
    words[words.length - 1] += sign;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

function outcomeOf(status: string | undefined): AttemptOutcome {
  if (status === 'Success') return 'accepted';
  return AGAIN.has(status ?? '') || ACCOUNT.has(status ?? '') ? 'throttled' : 'refused';
}

function refusalOf(error: unknown): SendAnswer {
  // Without an answer of SES nobody knows what it did; neither with one that says that it broke.
  if (!(error instanceof SESServiceException) || error.$fault !== 'client') throw error;
  const name = error.name.replace(/Exception$/, '');
  if (THROTTLED.has(error.name) || THROTTLED.has(name)) return { kind: 'throttled' };
  if (isUnverified(error.message)) return { kind: 'account', why: UNVERIFIED };
  if (MALFORMED.has(error.name) || MALFORMED.has(name)) return { kind: 'malformed' };
  return { kind: 'account', why: name };
}
