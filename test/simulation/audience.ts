/**
 * Whom it is about, drawn: people all over the world, chats of two to many, some across cohorts' borders; and what people
 * do of themselves in these weeks. Who is reached how is theirs, too.
 */
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

import { DAY, HOUR, type LocalDate, localInstant, MINUTE } from '../../functions/domain/time.ts';
import type { Account } from './account.ts';
import type { Draw } from './draw.ts';
import type { Faults } from './faults.ts';
import type { Scenario } from './scenario.ts';
import type { Seen, Signal } from './seen.ts';
import type { Timeline } from './timeline.ts';

/** Where clocks change while a campaign of spring or autumn runs, where they never do, and the edges of the earth. */
const CHANGING = ['Europe/Berlin', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Cairo'];
const STEADY = [
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Etc/GMT+12',
  'America/Bogota',
  'Asia/Tokyo',
];
const UNKNOWN = [null, 'Mars/Base', '+02:00', ''];
const ENDS_OF_THE_WORLD = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Etc/GMT+12', null, 'Mars/Base'];
const COUNTRIES = ['DE', 'FR', 'US', 'IN', 'BR', null];
const BROKEN: readonly Mailbox[] = ['bounces', 'full', 'silent', 'complains', 'none'];
const LOCALES = ['en', 'de-DE', 'fr-FR', 'xx', null];

export type Mailbox = 'works' | 'bounces' | 'full' | 'silent' | 'complains' | 'none';

export interface Profile {
  email: string | null;
  locale: string | null;
  timeZone: string | null;
  country: string | null;
  mailbox: Mailbox;
}

/** The product's own people and chats, and everything that they do. */
export class Audience {
  readonly people = new Map<string, Profile>();
  /** Participants by chat, as they are. */
  readonly chats = new Map<string, string[]>();
  /** By the body of the message that tells of it. */
  private readonly said = new Map<string, Signal>();
  private readonly account: Account;
  private readonly timeline: Timeline;
  private readonly seen: Seen;
  private readonly draw: Draw;
  private readonly faults: Faults;
  private readonly scenario: Scenario;
  /** A few: each makes groups of its own. */
  private readonly zones: readonly string[];
  /** Many addresses are not there any more. */
  private readonly isOldList: boolean;

  /** @param x.quiet nobody does anything once days begin to end: it would depend on the minute */
  constructor(x: {
    account: Account;
    timeline: Timeline;
    seen: Seen;
    draw: Draw;
    faults: Faults;
    scenario: Scenario;
    quiet: boolean;
  }) {
    this.account = x.account;
    this.timeline = x.timeline;
    this.seen = x.seen;
    this.draw = x.draw.of('audience');
    this.faults = x.faults;
    this.scenario = x.scenario;
    const changing = this.faults.has('daylight saving');
    const many = this.draw.pick([1, 2]);
    this.zones = [...this.draw.some(CHANGING, changing ? many : 1), ...this.draw.some(STEADY, changing ? 1 : many)];
    this.isOldList = x.draw.of('list').chance(0.2);
    this.found();
    this.live(x.quiet);
  }

  private found(): void {
    const { draw } = this;
    const size = draw.pick([4, 6, 8, 8, 12]);
    for (let n = 0; n < size; n++) this.join(`u${n}`);
    const chats = draw.between(Math.ceil(size / 2), size + 4);
    const ids = [...this.people.keys()];
    for (let n = 0; n < chats; n++) {
      const most = draw.chance(0.05) ? size : draw.pick([2, 2, 2, 3, 4, 6]);
      this.chats.set(`c${n}`, draw.some(ids, Math.min(most, size)));
      this.putChat(`c${n}`);
    }
    // Of no concern: nobody may ever look at them.
    for (let n = 0; n < 3; n++) this.join(`bystander${n}`);
  }

  private join(userId: string): void {
    const { draw } = this;
    const timeZone = draw.chance(0.1) ? draw.pick(UNKNOWN) : draw.pick(this.zones);
    if (CHANGING.includes(timeZone ?? '') && this.faults.has('daylight saving')) this.faults.count('daylight saving');
    const mailbox = draw.chance(this.isOldList ? 0.3 : 0.75)
      ? 'works'
      : draw.pick<Mailbox>(this.isOldList ? ['bounces', 'bounces', 'bounces', 'full'] : BROKEN);
    this.people.set(userId, {
      email: mailbox === 'none' ? draw.pick([null, 'nobody']) : `${userId}@example.com`,
      locale: draw.pick(LOCALES),
      timeZone,
      country: draw.pick(COUNTRIES),
      mailbox,
    });
    this.seen.people.set(userId, { userId, zones: [{ from: 0, zone: timeZone }] });
    this.putUser(userId);
  }

  private putUser(userId: string): void {
    const { mailbox: _, ...profile } = this.people.get(userId) as Profile;
    this.account.db.execute(new PutItemCommand({ TableName: 'users', Item: marshall({ userId, ...profile }) }));
  }

  private putChat(chatId: string): void {
    const row = {
      chatId,
      participants: new Set(this.chats.get(chatId)),
      encryption: 'e2ee',
      version: 1,
      encryptedSince: new Date(this.timeline.now - 1000 * DAY).toISOString(),
    };
    this.account.db.execute(new PutItemCommand({ TableName: 'chats', Item: marshall(row) }));
  }

  /** As the product does it: whatever it changes of a chat raises its version. */
  private update(chatId: string, UpdateExpression: string, values: Record<string, unknown>, condition?: string): void {
    try {
      this.account.db.execute(
        new UpdateItemCommand({
          TableName: 'chats',
          Key: marshall({ chatId }),
          UpdateExpression: `${UpdateExpression}${UpdateExpression.includes('SET') ? ',' : ' SET'} version = version + :one`,
          ExpressionAttributeValues: marshall({ ...values, ':one': 1 }),
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
        }),
      );
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    }
  }

  private live(quiet: boolean): void {
    const { draw, timeline, scenario } = this;
    const { begin, lastEnd, plan } = scenario;
    const firstEnd = localInstant([...scenario.endDates.values()].toSorted()[0] as LocalDate, 12, 'UTC') - 1.5 * DAY;
    const at = (from: number, to: number, what: () => void) => {
      const instant = draw.between(from / MINUTE, to / MINUTE) * MINUTE;
      if (!quiet || instant < firstEnd) timeline.at(instant, what);
    };
    const anyone = () => draw.pick(this.ids());
    const anyChat = () => draw.pick([...this.chats.keys()]);
    const times = (most: number, what: () => void) => {
      for (let n = draw.between(0, most); n > 0; n--) what();
    };
    // Somebody moves away: the later of both zones counts. Before the first end, so that it is known at each flip.
    times(3, () => at(begin, firstEnd, () => this.moveTo(anyone(), draw.pick([...CHANGING, ...STEADY, null]))));
    // Who has got a later date, on which no wave waits for the end of the day, and is off to another end of the world.
    times(2, () =>
      at(begin + 6 * DAY, firstEnd - 3 * DAY, () => {
        const traveller = anyone();
        this.say(traveller, 'more-time');
        timeline.after(draw.between(0, 3) * DAY, () => this.moveTo(traveller, draw.pick(ENDS_OF_THE_WORLD)));
      }),
    );
    times(2, () => at(begin, lastEnd, () => this.changeAddress(anyone())));
    times(3, () => at(begin, lastEnd + 5 * DAY, () => this.leave(anyChat(), anyone())));
    // New ones, before the platform's closing and, although that should not be, after it.
    times(2, () =>
      at(begin, plan.guardRails.closedFrom, () => this.begin(`n${this.chats.size}`, draw.some(this.ids(), 2))),
    );
    times(3, () =>
      at(plan.guardRails.closedFrom, lastEnd + 3 * DAY, () => {
        const newcomer = `u${this.people.size}`;
        this.join(newcomer);
        if (draw.chance(0.5)) this.enter(anyChat(), newcomer);
        else this.begin(`n${this.chats.size}`, [newcomer, anyone()]);
      }),
    );
    times(2, () => at(lastEnd, lastEnd + 6 * DAY, () => this.encryptAgain(anyChat())));
    times(6, () =>
      at(begin + 6 * DAY, lastEnd, () => this.say(anyone(), draw.pick(['saved', 'stopped', 'more-time', 'more-time']))),
    );
  }

  /** Without the bystanders. */
  private ids(): string[] {
    return [...this.people.keys()].filter((id) => id.startsWith('u'));
  }

  private moveTo(userId: string, timeZone: string | null): void {
    const profile = this.people.get(userId) as Profile;
    profile.timeZone = timeZone;
    this.seen.people.get(userId)?.zones.push({ from: this.timeline.now, zone: timeZone });
    this.putUser(userId);
  }

  private changeAddress(userId: string): void {
    const profile = this.people.get(userId) as Profile;
    if (profile.email === null) return;
    profile.email = `${userId}.new@example.com`;
    profile.mailbox = 'works';
    this.putUser(userId);
  }

  private leave(chatId: string, userId: string): void {
    const rest = (this.chats.get(chatId) ?? []).filter((each) => each !== userId);
    if (rest.length === 0 || rest.length === this.chats.get(chatId)?.length) return;
    this.chats.set(chatId, rest);
    this.update(chatId, 'SET participants = :rest', { ':rest': new Set(rest) });
  }

  private enter(chatId: string, userId: string): void {
    const all = [...(this.chats.get(chatId) ?? []), userId];
    this.chats.set(chatId, all);
    this.update(chatId, 'SET participants = :all', { ':all': new Set(all) });
  }

  private begin(chatId: string, people: string[]): void {
    this.chats.set(chatId, people);
    this.putChat(chatId);
  }

  private encryptAgain(chatId: string): void {
    const since = new Date(this.timeline.now).toISOString();
    this.update(
      chatId,
      'SET encryption = :on, encryptedSince = :since',
      { ':on': 'e2ee', ':since': since, ':off': 'off' },
      'encryption = :off',
    );
  }

  /** A call of signals has ended well with this message. */
  taken(body: string): void {
    const said = this.said.get(body);
    if (said !== undefined) said.takenAt = Math.min(said.takenAt, this.timeline.now);
  }

  /** On the page behind their link, or to the platform. */
  say(userId: string, signal: string, notice?: string): void {
    const { now } = this.timeline;
    const body = { userId, signal, ...(notice === undefined ? {} : { notice }), at: new Date(now).toISOString() };
    const said = { userId, kind: signal, notice, at: now, takenAt: Infinity };
    const text = JSON.stringify(body);
    this.seen.signals.push(said);
    this.said.set(text, said);
    this.account.enqueue('signals', text, 2000);
  }

  /** The app shows what mail could not bring, to some, some hours later. */
  appWasTold({ userId, notice }: { userId: string; notice: string }): void {
    const draw = this.draw.of(`${userId} ${notice}`);
    if (draw.chance(0.5)) this.timeline.after(draw.between(1, 40) * HOUR, () => this.say(userId, 'seen', notice));
  }
}
