/** Sees what passes between the system and the world, tells its people of it, and writes it down line by line. */
import type { PlatformEvents } from '../../../functions/contracts/events.ts';
import type { SignalMessage } from '../../../functions/contracts/messages.ts';
import { noticeOfTag, noticeParts } from '../../../functions/domain/notice-id.ts';
import type { Plan } from '../../../functions/domain/plan.ts';
import { tagOfId } from '../../../functions/domain/tags.ts';
import { type Instant, isoInstant } from '../../../functions/domain/time.ts';
import { mailTemplates } from '../../../functions/mail/templates.ts';
import type { Audience } from '../audience/read.ts';
import type { LocalCloud, LocalCloudOptions, SesEvent } from '../cloud/cloud.ts';
import type { Row } from '../tables.ts';
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

/** Who a letter is about that operators send to themselves: nobody. */
const NOBODY = tagOfId('test-send');

/** What a chat's row says of its encryption. */
interface Encryption {
  readonly encryption: string;
  readonly encryptedSince: string | null;
  readonly version: number | null;
}

export interface Watch {
  readonly watchers: Pick<
    LocalCloudOptions,
    'onMail' | 'onEvent' | 'onChatWrite' | 'ownRows' | 'onMessage' | 'onBusEvent'
  >;
  /** @param chats rows of the platform's table as they are now */
  begin(cloud: LocalCloud, chats: readonly Row[]): void;
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
  const encryptions = new Map<string, Encryption>();
  const cohorts = new Map<string, string>();
  const waived = new Set<string>();
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
        if (userId === NOBODY) return;
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
        const about = aboutOf(detail.mail.tags);
        if (about.userId !== NOBODY) write('events', { at: isoInstant(at), kind, ...about });
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
        const { chatId, encryption: to, sunset: mark } = row;
        const before = encryptions.get(chatId as string);
        const after = encryptionOf(row);
        encryptions.set(chatId as string, after);
        if (before === undefined || before.encryption === to) return;
        counts.disabled += to === 'off' ? 1 : -1;
        const { cohort = null, arming = null } = (mark ?? {}) as { cohort?: string; arming?: string };
        const encrypted = to === 'off' ? before : after;
        write('flips', {
          at: isoInstant(at),
          chatId,
          from: before.encryption,
          to,
          cohort,
          participants: [...(row['participants'] as Iterable<string>)],
          arming,
          encryptedSince: encrypted.encryptedSince,
          version: encrypted.version,
        });
      },
      // What stands in a row counts, not what was answered to whoever asked for it.
      ownRows: {
        words: ['COHORT#', '"waived"'],
        written({ at, row }) {
          const [kind = '', id = ''] = partsOf(row['sk'] as string);
          if (kind === 'COHORT') {
            const { endDate, hold, permitUntil } = row;
            const arming = (row['arming'] as { id: string } | null)?.id ?? null;
            const seen = JSON.stringify([endDate, arming, hold]);
            if (cohorts.get(id) === seen) return;
            cohorts.set(id, seen);
            // Whoever has a permit may be at work until it has run out; under a hold it is not renewed.
            const certainFrom = hold === null ? null : isoInstant(Math.max(at, permitUntil as Instant));
            write('cohorts', { at: isoInstant(at), cohort: id, endDate, arming, hold: hold !== null, certainFrom });
          }
          const [whose = '', userId = ''] = partsOf(row['pk'] as string);
          const { waived: since } = (row['facts'] ?? {}) as { waived?: string };
          if (whose !== 'PERSON' || since === undefined || waived.has(userId)) return;
          waived.add(userId);
          write('signals', { at: isoInstant(at), userId, kind: 'waived' });
        },
      },
    },
    begin(cloud, chats) {
      signalQueue = cloud.signalQueue;
      people = audience.habits && createPeople(cloud, audience.habits);
      for (const row of chats) encryptions.set(row['chatId'] as string, encryptionOf(row));
    },
    end: () => void (over = true),
    counts: () => ({ ...counts }),
    encryption: () => new Map([...encryptions].map(([chatId, { encryption }]) => [chatId, encryption])),
    busyUntil: () => people?.busyUntil() ?? 0,
  };
}

function encryptionOf({ encryption, encryptedSince = null, version = null }: Row): Encryption {
  return { encryption, encryptedSince, version };
}

/** `COHORT#eu-2` is a cohort, of the id `eu-2`. */
function partsOf(key: string): string[] {
  const at = key.indexOf('#');
  return at < 0 ? [key] : [key.slice(0, at), key.slice(at + 1)];
}
