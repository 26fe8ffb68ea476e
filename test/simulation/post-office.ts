/** What becomes of accepted mail: SES tells of it on its bus, the rule passes on what it may, some of it lost or late. */
import { FEEDBACK_PATHS } from '../../functions/contracts/messages.ts';
import type { AcceptedMail } from '../memory/ses.ts';
import type { Account } from './account.ts';
import type { Audience } from './audience.ts';
import type { Draw } from './draw.ts';
import type { Faults } from './faults.ts';
import type { MailEvent, Seen } from './seen.ts';
import type { Timeline } from './timeline.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Told {
  readonly kind: string;
  readonly type: string;
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  readonly after: number;
}

/** An id in a letter's tags: base64url; nobody here has one that is longer than a tag may be. */
function idOf(tag: string): string {
  return Buffer.from(tag, 'base64url').toString('utf8');
}

export class PostOffice {
  private readonly x: {
    account(): Account;
    audience(): Audience;
    timeline: Timeline;
    draw: Draw;
    faults: Faults;
    seen: Seen;
  };
  private readonly draw: Draw;
  private count = 0;
  /** By the body of the message that tells of it. */
  private readonly told = new Map<string, MailEvent>();

  constructor(x: PostOffice['x']) {
    this.x = x;
    this.draw = x.draw.of('mail');
  }

  take(mail: AcceptedMail, call: number): void {
    const { seen, timeline } = this.x;
    const userId = idOf(mail.tags['person'] ?? '');
    const notice = (mail.tags['notice'] ?? '').replace('_', '@');
    seen.letters.push({
      at: mail.at,
      call,
      userId,
      notice,
    });
    const copy = seen.letters.filter((letter) => letter.userId === userId && letter.notice === notice).length;
    // By what it is, not by when it comes: one that comes before it changes nothing for it.
    for (const told of this.fateOf(userId, this.draw.of(`${userId} ${notice} ${copy}`))) {
      const event: MailEvent = {
        kind: told.kind,
        userId,
        notice,
        letterAt: mail.at,
        at: timeline.now + told.after,
        arrivedAt: Infinity,
        takenAt: Infinity,
      };
      seen.events.push(event);
      this.tell(event, told, mail);
    }
  }

  /** A call of feedback has ended well with this message. */
  taken(body: string): void {
    const event = this.told.get(body);
    if (event !== undefined) event.takenAt = Math.min(event.takenAt, this.x.timeline.now);
  }

  private fateOf(userId: string, draw: Draw): Told[] {
    const { faults, audience } = this.x;
    const soon = draw.between(1, 60) * SECOND;
    const mailbox = audience().people.get(userId)?.mailbox ?? 'works';
    if (faults.strikes('ses: letter not rendered'))
      return [{ kind: 'rendering-failed', type: 'Rendering Failure', after: soon }];
    if (faults.strikes('ses: address suppressed'))
      return [
        {
          kind: 'suppressed',
          type: 'Bounce',
          bounceType: 'Permanent',
          bounceSubType: 'OnAccountSuppressionList',
          after: soon,
        },
      ];
    const delivered: Told = {
      kind: 'delivered',
      type: 'Delivery',
      after: draw.chance(0.9) ? soon : draw.between(1, 5) * HOUR,
    };
    if (mailbox === 'bounces') {
      const bounced: Told = { kind: 'bounced', type: 'Bounce', bounceType: 'Permanent', after: soon + 5 * SECOND };
      // Some servers take it, and send it back.
      return draw.chance(0.3) ? [{ ...delivered, after: soon }, bounced] : [bounced];
    }
    if ((mailbox === 'full' && draw.chance(0.7)) || faults.strikes('mailbox full'))
      return [
        { kind: 'soft-bounced', type: 'Bounce', bounceType: 'Transient', after: draw.between(1, 6 * 60) * 60 * SECOND },
      ];
    if (mailbox === 'silent') return [];
    if (mailbox === 'complains')
      return [
        delivered,
        { kind: 'complained', type: 'Complaint', after: delivered.after + draw.between(1, 30) * HOUR },
      ];
    return [delivered];
  }

  private tell(event: MailEvent, told: Told, mail: AcceptedMail): void {
    const { faults, timeline } = this.x;
    if (faults.strikes('event lost')) return;
    let after = told.after;
    if (faults.strikes('event days late')) after += this.draw.between(1, 6) * DAY;
    else if (faults.strikes('event out of order')) after += this.draw.between(1, 40) * 60 * SECOND;
    const body = JSON.stringify(this.transformed(event, told, mail));
    this.told.set(body, event);
    const times = faults.strikes('event doubled') ? [after, after + this.draw.pick([0, HOUR, 3 * DAY])] : [after];
    for (const at of times)
      timeline.after(at, () => {
        event.arrivedAt = Math.min(event.arrivedAt, timeline.now);
        this.x.account().enqueue('feedback', body);
      });
  }

  /** As the rule's input transformer does: these paths, and nothing else of the event. */
  private transformed(event: MailEvent, told: Told, { tags }: AcceptedMail): Record<string, unknown> {
    const full = {
      id: `event-${++this.count}`,
      time: new Date(event.at).toISOString().replace(/\.\d+Z/, 'Z'),
      detail: {
        eventType: told.type,
        mail: {
          messageId: `mail-${event.letterAt}`,
          tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
        },
        bounce: { bounceType: told.bounceType, bounceSubType: told.bounceSubType },
      },
    };
    const at = (path: string) =>
      path
        .split('.')
        .slice(1)
        .reduce<any>((value, key) => value?.[key], full);
    return Object.fromEntries(Object.entries(FEEDBACK_PATHS).map(([name, path]) => [name, at(path) ?? '']));
  }
}
