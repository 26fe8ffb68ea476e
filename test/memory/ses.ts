/**
 * SES in memory, version 1 of its API: fifty destinations a call, a status for each, so many recipients a second and in
 * 24 hours. What it has accepted it tells to whoever runs the world; what becomes of it is their business.
 */
import { GetSendQuotaCommand, SendBulkTemplatedEmailCommand, SESServiceException } from '@aws-sdk/client-ses';

export interface AcceptedMail {
  readonly at: number;
  readonly address: string;
  readonly template: string;
  readonly tags: Readonly<Record<string, string>>;
  /** JSON. */
  readonly values: string;
}

export interface SesMoods {
  now(): number;
  /** What SES says to one destination instead of taking it; undefined: it takes it. */
  refuses(address: string): string | undefined;
  /** The error with which it refuses a whole call. */
  refusesAll(): SESServiceException | undefined;
}

export interface MemorySes {
  execute(command: object): unknown;
  readonly quota: { rate: number; daily: number };
}

const DAY = 24 * 3_600_000;
const MOST_DESTINATIONS = 50;

export function createMemorySes(
  moods: SesMoods,
  quota: { rate: number; daily: number },
  accepted: (mail: AcceptedMail) => void,
): MemorySes {
  /** When each recipient of the last 24 hours was counted. */
  let sent: number[] = [];
  const since = (from: number) => sent.filter((at) => at > from).length;

  function sendBulk({ input }: SendBulkTemplatedEmailCommand) {
    const refusal = moods.refusesAll();
    if (refusal !== undefined) throw refusal;
    const { Destinations = [], Template = '' } = input;
    if (Destinations.length === 0 || Destinations.length > MOST_DESTINATIONS)
      throw sesError('InvalidParameterValue', `1 to ${MOST_DESTINATIONS} destinations`);
    const now = moods.now();
    const Status = Destinations.map(({ Destination, ReplacementTags = [], ReplacementTemplateData = '{}' }) => {
      const address = Destination?.ToAddresses?.[0] ?? '';
      if (since(now - DAY) >= quota.daily) return { Status: 'AccountDailyQuotaExceeded' };
      // A burst of a second's worth is taken, whatever was sent in the second before.
      if (since(now - 1000) >= 2 * quota.rate) return { Status: 'AccountThrottled' };
      const refused = moods.refuses(address);
      if (refused !== undefined) return { Status: refused };
      sent.push(now);
      const tags = Object.fromEntries(ReplacementTags.map(({ Name = '', Value = '' }) => [Name, Value]));
      accepted({ at: now, address, template: Template, tags, values: ReplacementTemplateData });
      return { Status: 'Success', MessageId: `mail-${now}` };
    });
    return { Status };
  }

  return {
    quota,
    execute(command) {
      if (command instanceof SendBulkTemplatedEmailCommand) return sendBulk(command);
      if (command instanceof GetSendQuotaCommand) {
        sent = sent.filter((at) => at > moods.now() - DAY);
        return { MaxSendRate: quota.rate, Max24HourSend: quota.daily, SentLast24Hours: sent.length };
      }
      throw new Error(`SES in memory does not know ${command.constructor.name}`);
    },
  };
}

export function sesError(name: string, message: string): SESServiceException {
  return new SESServiceException({ name, message, $fault: 'client', $metadata: {} });
}
