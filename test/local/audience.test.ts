import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { generateAudience } from '../../bin/local/audience/generate.ts';
import { audienceOfMessages } from '../../bin/local/audience/message-log.ts';
import { profileOf } from '../../bin/local/audience/profiles.ts';
import { numberOf, pick } from '../../bin/local/audience/random.ts';
import { type Audience, readAudience } from '../../bin/local/audience/read.ts';
import { languageOf, LANGUAGES } from '../../functions/domain/language.ts';
import { CHOICES } from '../../functions/domain/signal.ts';
import { DAY, parseInstant } from '../../functions/domain/time.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audience-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}
const asLines = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item));
function isZone(name: string | null): boolean {
  try {
    return name !== null && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
const unique = (items: readonly string[]) => new Set(items).size === items.length;

const ANA = '{"userId":"ana","email":"ana@example.com","locale":"de-DE","timeZone":"Europe/Berlin","country":"DE"}';
const BEN = '{"userId":"ben"}';
const CHAT = '{"chatId":"c1","participants":["ana","ben"],"encryption":"e2ee","encryptedSince":"2026-01-01T00:00:00Z"}';

describe('the files of an audience', () => {
  const readBoth = (users: readonly string[], chats: readonly string[]) =>
    readAudience({ users: file('users.jsonl', users), chats: file('chats.jsonl', chats) });
  /** What is said of broken lines, without the folder. */
  async function refusal(users: readonly string[], chats: readonly string[] = [CHAT]): Promise<string> {
    const said = await readBoth(users, chats).then(
      () => 'nothing',
      (error: unknown) => (error as Error).message,
    );
    return said.replaceAll(join(folder, '/'), '');
  }

  it('are read line by line; what is left out is null', async () => {
    expect(await readBoth([ANA, '', BEN, ''], [CHAT])).toEqual({
      users: [JSON.parse(ANA), { userId: 'ben', email: null, locale: null, timeZone: null, country: null }],
      chats: [JSON.parse(CHAT)],
    });
  });

  it('may have line ends of any kind', async () => {
    const { users } = await readBoth([`${ANA}\r`, `${BEN}\r`], [CHAT]);
    expect(users.map(({ userId }) => userId)).toEqual(['ana', 'ben']);
  });

  it('keep what people really have wrong: nobody is refused for it (promise 8)', async () => {
    const odd = {
      userId: 'ana',
      email: 'no address',
      locale: 'tlh-XX',
      timeZone: 'Mars/Olympus',
      country: 'Atlantis',
    };
    const { users } = await readBoth([JSON.stringify(odd), BEN], [CHAT]);
    expect(users[0]).toEqual(odd);
  });

  it.each([
    ['not JSON', 'ana', 'not JSON; allowed is one object a line, in double quotes'],
    ['no object', '"ana"', 'not an object; allowed is one object a line'],
    ['a list', '[]', 'userId is missing: add it'],
    ['no id', '{"email":"ana@example.com"}', 'userId is missing: add it'],
    ['an empty id', '{"userId":""}', 'userId is not what it must be; allowed is a text that is not empty'],
    [
      'a long id',
      `{"userId":"${'x'.repeat(513)}"}`,
      'userId is not what it must be; allowed is at most 512 characters',
    ],
    ['a number', '{"userId":7}', 'userId is not what it must be; allowed is a text'],
    [
      'a zone that is no text',
      '{"userId":"cleo","timeZone":2}',
      'timeZone is not what it must be; allowed is a text or null',
    ],
    ['a key nobody knows', '{"userId":"cleo","phone":"1"}', 'the key phone is not known: remove it'],
    [
      'somebody twice',
      '{"userId":"ana"}',
      'the userId of line 1 comes again: remove one of the two, or give it another id',
    ],
  ])('refuse a person with %s, with file, line and reason', async (_, line, reason) => {
    expect(await refusal([ANA, '', line, BEN])).toBe(`users.jsonl, line 3: ${reason}`);
  });

  it.each([
    ['no participants', { participants: undefined }, 'participants is missing: add it'],
    [
      'nobody in it',
      { participants: [] },
      'participants is not what it must be; allowed is a list of one user id or more',
    ],
    [
      'somebody twice',
      { participants: ['ana', 'ana'] },
      'participants is not what it must be; allowed is a list in which nobody is named twice',
    ],
    ['a number in it', { participants: ['ana', 7] }, 'participants.1 is not what it must be; allowed is a text'],
    [
      'a stranger',
      { participants: ['ana', 'zoe'] },
      'participants.1 names somebody who is not in users.jsonl: add the line, or correct the id',
    ],
    ['another encryption', { encryption: 'on' }, 'encryption is not what it must be; allowed is "e2ee" or "off"'],
    [
      'no instant',
      { encryptedSince: '2026-01-01' },
      'encryptedSince is not what it must be; allowed is an instant such as 2026-04-10T00:00:00Z',
    ],
    ['a key nobody knows', { name: 'us' }, 'the key name is not known: remove it'],
    [
      'an id that was there',
      { chatId: 'c1' },
      'the chatId of line 1 comes again: remove one of the two, or give it another id',
    ],
  ])('refuse a chat with %s, with file, line and reason', async (_, changes, reason) => {
    const broken = { ...(JSON.parse(CHAT) as object), chatId: 'c2', ...changes };
    expect(await refusal([ANA, BEN], [CHAT, JSON.stringify(broken)])).toBe(`chats.jsonl, line 2: ${reason}`);
  });

  it('say nothing of an address in a refusal (promise 15)', async () => {
    const said = await refusal(['{"userId":"ana","email":["ana@example.com"]}']);
    expect(said).toContain('email is not what it must be');
    expect(said).not.toContain('@');
  });

  it('are refused where they are empty or not there', async () => {
    expect(await refusal(['', ''])).toBe('users.jsonl: no line in it; allowed is one JSON object a line');
    expect(await refusal([ANA, BEN], [])).toBe('chats.jsonl: no line in it; allowed is one JSON object a line');
    await expect(readAudience({ users: join(folder, 'none'), chats: join(folder, 'none') })).rejects.toThrow('none');
  });
});

describe('the generated audience', () => {
  const FROM = parseInstant('2026-03-27T00:00:00Z');
  const audience = generateAudience(FROM);
  const { users, chats } = audience;
  const counted = (is: (user: Audience['users'][number]) => boolean) => users.filter(is).length;

  it('is the same whenever it is made', () => {
    expect(generateAudience(FROM)).toEqual(audience);
  });

  it('differs by where the clock starts in instants only', () => {
    const later = generateAudience(FROM + 10 * DAY);
    expect(later.users).toEqual(users);
    expect(later.chats.map(({ encryptedSince: _, ...rest }) => rest)).toEqual(
      chats.map(({ encryptedSince: _, ...rest }) => rest),
    );
    for (const [at, { encryptedSince }] of chats.entries())
      if (encryptedSince !== undefined)
        expect(parseInstant(later.chats[at]?.encryptedSince ?? '')).toBe(parseInstant(encryptedSince) + 10 * DAY);
  });

  it('has 500 people and 700 chats, each under an id of its own', () => {
    expect([users.length, chats.length]).toEqual([500, 700]);
    expect(unique(users.map(({ userId }) => userId))).toBe(true);
    expect(unique(chats.map(({ chatId }) => chatId))).toBe(true);
  });

  it('has everything that goes wrong with people', () => {
    const at = (box: string) => counted(({ email }) => email?.startsWith(`${box}+`) ?? false);
    expect(counted(({ email }) => email === null)).toBeGreaterThan(0);
    for (const box of ['bounce', 'complaint', 'suppressionlist', 'ooto', 'success'])
      expect(at(box), box).toBeGreaterThan(0);
    expect(counted(({ timeZone }) => timeZone === null)).toBeGreaterThan(0);
    expect(counted(({ timeZone }) => timeZone !== null && !isZone(timeZone))).toBeGreaterThan(0);
    expect(counted(({ country }) => country === null)).toBeGreaterThan(0);
  });

  it('has few of them: no breaker is to trip over an ordinary campaign', () => {
    expect(counted(({ email }) => email?.startsWith('bounce+') ?? false) / 500).toBeLessThan(0.03);
    expect(counted(({ email }) => email?.startsWith('complaint+') ?? false) / 500).toBeLessThan(0.01);
  });

  it('speaks every language we write, and some that we do not', () => {
    expect(new Set(users.map(({ locale }) => languageOf(locale, LANGUAGES)))).toEqual(new Set(LANGUAGES));
    expect(counted(({ locale }) => locale?.startsWith('ne') ?? false)).toBeGreaterThan(0);
  });

  it('lives at both edges of the earth', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu'])
      expect(
        counted(({ timeZone }) => timeZone === zone),
        zone,
      ).toBeGreaterThan(0);
  });

  it('has late joiners, chats that are off, people in no chat and people in many', () => {
    const late = chats.filter(
      ({ encryptedSince }) => encryptedSince !== undefined && parseInstant(encryptedSince) > FROM,
    );
    expect(late.length).toBeGreaterThan(0);
    for (const { encryptedSince } of late) {
      const days = (parseInstant(encryptedSince ?? '') - FROM) / DAY;
      expect(days).toBeGreaterThanOrEqual(5);
      expect(days).toBeLessThanOrEqual(40);
    }
    expect(chats.filter(({ encryption }) => encryption === 'off').length).toBeGreaterThan(0);
    const of = Map.groupBy(
      chats.flatMap(({ participants }) => participants),
      (userId) => userId,
    );
    expect(counted(({ userId }) => !of.has(userId))).toBeGreaterThan(0);
    expect(Math.max(...[...of.values()].map(({ length }) => length))).toBeGreaterThan(5);
  });

  it('has an instant for each chat that is encrypted, and none for the others', () => {
    expect(
      chats.filter(({ encryption, encryptedSince }) => (encryption === 'off') !== (encryptedSince === undefined)),
    ).toEqual([]);
  });

  it('is one that its own files would be taken for', async () => {
    const files = { users: file('users.jsonl', asLines(users)), chats: file('chats.jsonl', asLines(chats)) };
    // What people will do is not told by files.
    const { habits, ...people } = audience;
    expect(habits).toBeDefined();
    expect(await readAudience(files)).toEqual(people);
  });

  it('has people who only read, people who press each button, and people whom the app can tell', () => {
    const again = generateAudience(FROM);
    const habits = users.map(({ userId }) => again.habits?.(userId));
    expect(habits).toEqual(users.map(({ userId }) => audience.habits?.(userId)));
    for (const choice of [undefined, ...CHOICES])
      expect(habits.filter((habit) => habit?.presses?.choice === choice).length, choice).toBeGreaterThan(0);
    for (const usesApp of [true, false])
      expect(habits.filter((habit) => habit?.usesApp === usesApp).length).toBeGreaterThan(users.length / 4);
  });

  it('writes to nobody: every address is an example or the simulator’s', () => {
    const addresses = users.flatMap(({ email }) => email ?? []);
    expect(addresses.filter((email) => !/@(example\.com|simulator\.amazonses\.com)$/.test(email))).toEqual([]);
    expect(unique(addresses)).toBe(true);
  });

  it('may be of another size, also very small', () => {
    for (const people of [2, 10, 1_000]) {
      const other = generateAudience(FROM, people);
      expect(other.users).toHaveLength(people);
      expect(other.chats.every(({ participants }) => unique(participants) && participants.length > 0)).toBe(true);
    }
  });
});

describe('an audience from a log of messages', () => {
  const of = (...lines: string[]) => audienceOfMessages(file('messages.txt', lines));

  it('has a person for everybody who wrote or was written to, and a chat for each pair', async () => {
    const { users, chats } = await of('1 2 100', '2 1 160', '1 3 200', '4 4 300', '', '1 2 900.5');
    expect(users.map(({ userId }) => userId)).toEqual(['p0001', 'p0002', 'p0003', 'p0004']);
    expect(chats).toEqual([
      { chatId: 'p0001-p0002', participants: ['p0001', 'p0002'], encryption: 'e2ee' },
      { chatId: 'p0001-p0003', participants: ['p0001', 'p0003'], encryption: 'e2ee' },
    ]);
  });

  it('is the same whenever it is read, and each person the same in whatever log', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => `${at % 60} ${(at * 7 + 1) % 61} ${at}`);
    const audience = await of(...lines);
    expect(await of(...lines)).toEqual(audience);
    const [user] = (await of('5 6 1')).users;
    expect(audience.users).toContainEqual(user);
  });

  it('may name its columns, in the first line only', async () => {
    expect((await of('src dst time', '1 2 3')).chats).toHaveLength(1);
    await expect(of('1 2 3', 'src dst time')).rejects.toThrow('line 2: not a message');
  });

  it.each(['1 2', '1 2 3 4', '1 2 noon', '1 2 -3', 'hello'])('refuses "%s" with file and line', async (line) => {
    await expect(of('1 2 100', '', line)).rejects.toThrow(
      /messages\.txt, line 3: not a message; allowed is "src dst time", the time in seconds$/,
    );
  });

  it('refuses a log in which nobody writes to anybody', async () => {
    await expect(of('1 1 5', '2 2 6')).rejects.toThrow('no message between two people');
    await expect(of()).rejects.toThrow('no message between two people');
  });

  it('is one that its own files would be taken for', async () => {
    const { users, chats } = await of('1 2 100', '3 2 100', '10 20 100');
    const files = { users: file('users.jsonl', asLines(users)), chats: file('chats.jsonl', asLines(chats)) };
    expect(await readAudience(files)).toEqual({ users, chats });
  });
});

describe('numbers that look drawn', () => {
  it('are the same for the same seed, and spread over all there are', () => {
    const numbers = Array.from({ length: 2_000 }, (_, at) => numberOf(`seed ${at}`));
    expect(numberOf('seed 7')).toBe(numbers[7]);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.03);
    }
  });

  it('choose by weight, and never what weighs nothing', () => {
    const chosen = Array.from({ length: 1_000 }, (_, at) =>
      pick<string>(`pick ${at}`, [
        [3, 'a'],
        [0, 'b'],
        [1, 'c'],
      ]),
    );
    const count = (of: string) => chosen.filter((each) => each === of).length;
    expect(count('b')).toBe(0);
    expect(count('a')).toBeGreaterThan(count('c') * 2);
    expect(count('c')).toBeGreaterThan(0);
  });

  it('give nobody an oddity that has no share', () => {
    const none = {
      bouncing: 0,
      complaining: 0,
      suppressed: 0,
      outOfOffice: 0,
      fullMailbox: 0,
      withoutAddress: 0,
      unknownZone: 0,
    };
    for (let at = 0; at < 200; at++) {
      const { email, timeZone } = profileOf(`u${at}`, none);
      expect(email).toBe(`u${at}@example.com`);
      expect(isZone(timeZone), `${timeZone}`).toBe(true);
    }
  });
});
