/** Sees what passes between the system and the world, tells its people of it, and writes it down line by line. */
import type { PlatformEvents } from '../../../functions/contracts/events.ts';
import type { SignalMessage } from '../../../functions/contracts/messages.ts';
import { noticeOfTag, noticeParts } from '../../../functions/domain/notice-id.ts';
import type { Plan } from '../../../functions/domain/plan.ts';
import { tagOfId } from '../../../functions/domain/tags.ts';
import { type Instant, isoInstant } from '../../../functions/domain/time.ts';
import { mailTemplates } from '../../../functions/mail/templates.ts';
import type { Audience, Chat } from '../audience/read.ts';
import type { LocalCloud, LocalCloudOptions, SesEvent } from '../cloud/cloud.ts';
import { createPeople, type People } from './people.ts';
import type { EventLine, OutsideRecord } from './record.ts';

const EVENT_KINDS: Partial<Record<SesEvent['detail']['eventType'], EventLine['kind']>> = {
  Delivery: 'delivered',
  Bounce: 'bounced',
  Complaint: 'complained',
  Reject: 'rejected',
  'Rendering Failure': 'rendering-failed',
  DeliveryDelay: 'delayed',
};

export interface Watch {
  readonly watchers: Pick<LocalCloudOptions, 'onMail' | 'onEvent' | 'onChatWrite' | 'onMessage' | 'onBusEvent'>;
  begin(cloud: LocalCloud, chats: readonly Chat[]): void;
  /** From now on nothing is written down. */
  end(): void;
  counts(): { readonly mails: number; readonly events: number; readonly disabled: number };
  /** Of each chat, as its row stands. */
  encryption(): ReadonlyMap<string, string>;
  /** When the last of what people are about to do will have been done. */
  busyUntil(): Instant;
}

export function createWatch({
  plan,
  audience,
  record,
}: {
  plan: Plan;
  audience: Audience;
  record: Pick<OutsideRecord, 'write'>;
}): Watch {
  const counts = { mails: 0, events: 0, disabled: 0 };
  const languages = new Map(mailTemplates(plan).map(({ name, language }) => [name, language]));
  const userIds = new Map(audience.users.map(({ userId }) => [tagOfId(userId), userId]));
  const encryption = new Map<string, string>();
  let people: People | undefined;
  let signalQueue: string | undefined;
  let over = false;
  const write: OutsideRecord['write'] = (file, line) => over || record.write(file, line);

  const aboutOf = (tags: Readonly<Record<string, string | readonly string[]>>) => {
    const tag = (name: string) => [tags[name] ?? []].flat()[0] ?? '';
    return { userId: userIds.get(tag('person')) ?? tag('person'), notice: noticeOfTag(tag('notice')) };
  };

  return {
    watchers: {
      onMail({ at, to, template, subject, text, html, tags }) {
        counts.mails += 1;
        const { userId, notice } = aboutOf(tags);
        const { endDate } = noticeParts(notice);
        const locale = languages.get(template) ?? template;
        write('mail', { at: isoInstant(at), to: to.join(', '), userId, notice, endDate, locale, subject, text, html });
        people?.gotLetter({ userId, notice, html });
      },
      onEvent({ at, detail }) {
        const softly = detail.bounce?.bounceType === 'Transient';
        const kind = softly ? 'soft-bounced' : EVENT_KINDS[detail.eventType];
        if (kind === undefined) return;
        counts.events += 1;
        write('events', { at: isoInstant(at), kind, ...aboutOf(detail.mail.tags) });
      },
      // Whoever said it, a person on their page or the platform on its bus: what was put into the queue of signals.
      onMessage({ at, queueUrl, body }) {
        if (queueUrl !== signalQueue) return;
        const { userId, signal: kind, notice = '' } = JSON.parse(body) as SignalMessage;
        write('signals', { at: isoInstant(at), userId, kind, ...(notice === '' ? {} : { notice }) });
      },
      onBusEvent({ 'detail-type': type, detail }) {
        if (type === 'PersonUnreachable') people?.appWasTold(detail as PlatformEvents['PersonUnreachable']);
      },
      // What the table holds now, compared with what it held: whoever wrote it.
      onChatWrite({ at, row }) {
        const { chatId, encryption: after, sunset: mark } = row;
        const before = encryption.get(chatId as string);
        encryption.set(chatId as string, after as string);
        if (before === undefined || before === after) return;
        counts.disabled += after === 'off' ? 1 : -1;
        write('flips', {
          at: isoInstant(at),
          chatId,
          from: before,
          to: after,
          cohort: (mark as { cohort: string } | undefined)?.cohort ?? null,
          participants: [...(row['participants'] as Iterable<string>)],
        });
      },
    },
    begin(cloud, chats) {
      signalQueue = cloud.signalQueue;
      people = audience.habits && createPeople(cloud, audience.habits);
      for (const chat of chats) encryption.set(chat.chatId, chat.encryption);
    },
    end: () => void (over = true),
    counts: () => ({ ...counts }),
    encryption: () => encryption,
    busyUntil: () => people?.busyUntil() ?? 0,
  };
}
