import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinkKey, linkExpiry, linkKey, openLink, sealLink } from '../../functions/domain/link.ts';
import { DAY, type Instant, localDate, parseInstant } from '../../functions/domain/time.ts';
import { END, endDates, endOfDay } from './examples.ts';

const KEY = linkKey(Buffer.alloc(32, 1));
const SUNSET = 'instagram-e2ee';
const NOW = parseInstant('2026-04-14T08:00:00Z');
const EXPIRES = linkExpiry(END);

type Opened = ReturnType<typeof openLink>;
type Open = (token: string, x?: { sunset?: string; key?: LinkKey; now?: Instant }) => Opened;
const seal = (userId: string, x: { sunset?: string; expires?: Instant } = {}) =>
  sealLink(KEY, { sunset: SUNSET, userId, expires: EXPIRES, ...x });
const open: Open = (token, { key = KEY, sunset = SUNSET, now = NOW } = {}) => openLink(key, { sunset, token, now });

/** Every id that DynamoDB can hold as a key, and some that are longer; up to 512 characters of four bytes. */
const userIds = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 512 }),
  fc.string({ unit: 'binary', minLength: 500, maxLength: 512, size: 'max' }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  fc.uuid(),
  fc.nat().map(String),
);
/** From a year before anybody heard of the sunset until long after it. */
const instants = fc.integer({ min: parseInstant('2025-01-01T00:00:00Z'), max: parseInstant('2035-01-01T00:00:00Z') });
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
/** What an address bar, a mail program or somebody curious may put into a token. */
const signs = fc.oneof(
  fc.constantFrom(...LETTERS),
  fc.constantFrom('=', '+', '/', '%', '.', ' ', '\n', '\0', 'é'),
  fc.string({ unit: 'binary' }),
);

/** Links as somebody in a hurry would make them: what is sealed is written out, and checked with nothing. */
const CARELESS = {
  seal: (userId: string) => Buffer.from(`${SUNSET}|${userId}`).toString('base64url'),
  open: (token: string): Opened => {
    const [, userId] = Buffer.from(token, 'base64url').toString().split('|');
    return userId === undefined ? 'void' : { userId };
  },
};

describe('a link of the longest id', () => {
  it('is opened, and what is longer is not even looked at', () => {
    // 4096 characters hold 3072 bytes, 31 of them nonce, day and tag.
    expect(open(seal('x'.repeat(3041)))).toEqual({ userId: 'x'.repeat(3041) });
    expect(open(seal('x'.repeat(3042)))).toBe('void');
  });
});

describe('a link', () => {
  it('leads to the person it was made for, whatever their id', () => {
    fc.assert(
      fc.property(userIds, (userId) => {
        expect(open(seal(userId))).toEqual({ userId });
      }),
      { numRuns: 300 },
    );
  });

  it('leads also to whoever has the longest id there can be: 2,048 bytes', () => {
    for (const sign of ['a', 'é', '€', '🙂']) {
      const userId = sign.repeat(2048 / Buffer.byteLength(sign));
      expect(open(seal(userId))).toEqual({ userId });
    }
  });

  it('stands in an address as it is: letters, digits, - and _', () => {
    fc.assert(
      fc.property(userIds, (userId) => {
        expect(seal(userId)).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('is the same for the same person and day, however often it is made (promise 9)', () => {
    fc.assert(
      fc.property(userIds, instants, (userId, expires) => {
        const again = sealLink(linkKey(Buffer.alloc(32, 1)), { sunset: SUNSET, userId, expires });
        expect(seal(userId, { expires })).toBe(again);
      }),
    );
  });

  it('is the same in the next version of this program: links in mail that was sent go on working', () => {
    expect(sealLink(KEY, { sunset: 'chats', userId: 'ana', expires: parseInstant('2026-07-18T00:00:00Z') })).toBe(
      'd-dYv13gAT3w1MeZuOted1P5LDjZ30eZe7FfOcseQsVreg',
    );
  });

  it('is another one for another person, day, sunset or key', () => {
    fc.assert(
      fc.property(userIds, userIds, (userId, other) => {
        fc.pre(userId !== other);
        const tokens = [
          seal(userId),
          seal(other),
          seal(userId, { expires: EXPIRES + DAY }),
          seal(userId, { sunset: 'polls' }),
          sealLink(linkKey(Buffer.alloc(32, 2)), { sunset: SUNSET, userId, expires: EXPIRES }),
        ];
        expect(new Set(tokens).size).toBe(tokens.length);
      }),
    );
  });
});

describe('what somebody can read from a link', () => {
  /** Fewer bytes of an id might stand in a token by chance. */
  const RUN = 8;
  /** Runs of the id's bytes that stand in the token, as text or decoded at any of the four places of base64. */
  function leaked(token: string, userId: string): string[] {
    const id = Buffer.from(userId);
    const seen = ['', 'A', 'AA', 'AAA']
      .map((before) => Buffer.from(before + token, 'base64url'))
      .concat(Buffer.from(token));
    const runs = Array.from({ length: id.length - RUN + 1 }, (_, at) => id.subarray(at, at + RUN));
    return runs.filter((run) => seen.some((bytes) => bytes.includes(run))).map((run) => run.toString('hex'));
  }
  const longEnough = fc.oneof(fc.uuid(), fc.string({ unit: 'binary', minLength: RUN, maxLength: 100 }));

  it('is nothing of the person’s id', () => {
    fc.assert(
      fc.property(longEnough, (userId) => {
        expect(leaked(seal(userId), userId)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('would be seen if it were something', () => {
    fc.assert(
      fc.property(longEnough, (userId) => {
        expect(leaked(CARELESS.seal(userId), userId)).not.toEqual([]);
        expect(leaked(`${seal(userId)}${CARELESS.seal(userId)}`, userId)).not.toEqual([]);
      }),
    );
  });

  it('is not that two people’s ids begin, or two links of one person end, in the same way', () => {
    const inCommon = (a: string, b: string) => a.split('').filter((letter, at) => letter === b[at]).length / a.length;
    const id = 'a'.repeat(400);
    // By chance one letter of sixty-four is the same.
    expect(inCommon(seal(`${id}1`), seal(`${id}2`))).toBeLessThan(0.1);
    expect(inCommon(seal(id), seal(id, { expires: EXPIRES + DAY }))).toBeLessThan(0.1);
    expect(inCommon(CARELESS.seal(`${id}1`), CARELESS.seal(`${id}2`))).toBeGreaterThan(0.9);
  });
});

describe('a link that was changed', () => {
  /** Every token that differs in one character: another one, one less, one more. */
  function* neighbours(token: string, letters: readonly string[]): Generator<string> {
    for (let at = 0; at <= token.length; at++) {
      for (const letter of letters) {
        yield token.slice(0, at) + letter + token.slice(at);
        if (at < token.length && letter !== token[at]) yield token.slice(0, at) + letter + token.slice(at + 1);
      }
      if (at < token.length) yield token.slice(0, at) + token.slice(at + 1);
    }
  }
  const survivors = (token: string, how: Open) =>
    [...neighbours(token, LETTERS)].filter((other) => other !== token && how(other) !== 'void');

  // Three lengths, so that base64 ends in every way that it can: with no bit, two and four to spare.
  it.each(['a', 'ab', 'abc'])('is void, wherever and in whichever way one character is another, for %s', (userId) => {
    expect(survivors(seal(userId), open)).toEqual([]);
  });

  it('would be seen if a bit to spare were read past, or the end', () => {
    const lenient: Open = (token) => open(Buffer.from(token, 'base64url').toString('base64url'));
    expect(['a', 'ab', 'abc'].map((userId) => survivors(seal(userId), lenient).length > 0)).toContain(true);
    expect(survivors(CARELESS.seal('abc'), CARELESS.open)).not.toEqual([]);
  });

  it('is void for whomever it was made, and whatever was put into it', () => {
    fc.assert(
      fc.property(userIds, fc.double({ min: 0, max: 1, noNaN: true }), signs, fc.nat(2), (userId, where, sign, cut) => {
        const token = seal(userId);
        const at = Math.floor(where * token.length);
        const changed = token.slice(0, at) + sign + token.slice(at + cut);
        fc.pre(changed !== token);
        expect(open(changed)).toBe('void');
      }),
      { numRuns: 1000 },
    );
  });

  it('is void also if it is cut, doubled, or made of two', () => {
    fc.assert(
      fc.property(userIds, userIds, fc.double({ min: 0, max: 1, noNaN: true }), (userId, other, where) => {
        fc.pre(userId !== other);
        const [one, two] = [seal(userId), seal(other)];
        const at = Math.floor(where * (one.length - 1)) + 1;
        const mixed = one.slice(0, at) + two.slice(at);
        for (const token of [one.slice(0, at - 1), one.slice(at), one + one, one + two])
          expect(open(token)).toBe('void');
        if (mixed !== one && mixed !== two) expect(open(mixed)).toBe('void');
      }),
    );
  });

  it('is void and not expired, however late it is: only a whole link can be old', () => {
    const token = seal('ana');
    const late = { now: EXPIRES + 1000 * DAY };
    expect(open(token, late)).toBe('expired');
    expect(
      [...neighbours(token, ['A', 'B', '-'])].filter((each) => each !== token && open(each, late) !== 'void'),
    ).toEqual([]);
    expect(open(token, { ...late, sunset: 'polls' })).toBe('void');
    expect(open(token, { ...late, key: linkKey(Buffer.alloc(32, 2)) })).toBe('void');
  });
});

describe('a link of somewhere else', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);

  it('is void for every other sunset, with the same key', () => {
    fc.assert(
      fc.property(userIds, names, names, (userId, one, other) => {
        fc.pre(one !== other);
        expect(open(seal(userId, { sunset: one }), { sunset: one })).toEqual({ userId });
        expect(open(seal(userId, { sunset: one }), { sunset: other })).toBe('void');
      }),
    );
  });

  it('is void for every other key, however little it differs', () => {
    fc.assert(
      fc.property(userIds, fc.nat(255), (userId, bit) => {
        const secret = Buffer.alloc(32, 1);
        const at = bit >> 3;
        secret[at] = (secret[at] ?? 0) ^ (1 << (bit & 7));
        expect(open(seal(userId), { key: linkKey(secret) })).toBe('void');
      }),
    );
  });

  it('is void where only half of the key is right: one half seals, the other one does not', () => {
    const other = linkKey(Buffer.alloc(32, 2));
    expect(open(seal('ana'), { key: { ...KEY, seal: other.seal } })).toBe('void');
    expect(KEY.seal).not.toEqual(KEY.nonce);
  });
});

describe('when a link ends', () => {
  it('is sixty days after the end date, at the first instant of that day in UTC', () => {
    expect(linkExpiry(localDate('2026-05-19'))).toBe(parseInstant('2026-07-18T00:00:00Z'));
    fc.assert(
      fc.property(endDates, (endDate) => {
        expect(linkExpiry(endDate)).toBe(endOfDay(endDate, 'UTC') + 59 * DAY);
      }),
    );
  });

  it('is at that instant, and not one before', () => {
    fc.assert(
      fc.property(endDates, userIds, (endDate, userId) => {
        const expires = linkExpiry(endDate);
        const token = seal(userId, { expires });
        expect(open(token, { now: expires - 1 })).toEqual({ userId });
        expect(open(token, { now: expires })).toBe('expired');
      }),
    );
  });

  it('is to the day: never before the instant that was asked for, and less than a day after it', () => {
    fc.assert(
      fc.property(instants, (expires) => {
        const token = seal('ana', { expires });
        expect(open(token, { now: expires - 1 })).toEqual({ userId: 'ana' });
        expect(open(token, { now: expires + DAY - 1 })).toBe('expired');
        expect(seal('ana', { expires: Math.ceil(expires / DAY) * DAY })).toBe(token);
      }),
    );
  });

  it('does not come back: whoever is late stays late', () => {
    fc.assert(
      fc.property(instants, instants, fc.nat(1000), (expires, now, days) => {
        const token = seal('ana', { expires });
        if (open(token, { now }) === 'expired') expect(open(token, { now: now + days * DAY })).toBe('expired');
      }),
    );
  });
});

describe('what is no link', () => {
  it.each([
    ['nothing', ''],
    ['one letter', 'A'],
    ['as many bytes as the smallest link less one', Buffer.alloc(30).toString('base64url')],
    ['as many bytes as the smallest link', Buffer.alloc(31).toString('base64url')],
    ['a link with padding', `${seal('ana')}=`],
    ['a link in the other alphabet of base64', Buffer.from(seal('ana'), 'base64url').toString('base64')],
    ['a link with a line break', `${seal('ana')}\n`],
    ['a link with a slash', `${seal('ana')}/`],
    ['a megabyte', 'A'.repeat(1_000_000)],
    ['half of a sign', '\ud800'],
  ])('is void: %s', (_, token) => {
    expect(open(token)).toBe('void');
  });

  it('is void, and never an error, whatever it is', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each).toString('base64url'));
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((each) => String.fromCharCode(...each));
    fc.assert(
      fc.property(fc.oneof(bytes, units, fc.string({ unit: 'binary' }), fc.base64String()), (token) => {
        expect(open(token)).toBe('void');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a secret', () => {
  it.each([0, 1, 16, 31, 33, 64])('of %i bytes is refused: a short one could be guessed', (length) => {
    expect(() => linkKey(new Uint8Array(length))).toThrow(`a secret of ${length} bytes: links need 32`);
  });

  it('of 32 bytes is not told by the keys that are made of it', () => {
    const secret = Buffer.alloc(32, 'secret');
    const { seal: first, nonce: second } = linkKey(secret);
    for (const key of [first, second]) {
      expect(key).toHaveLength(32);
      expect(Buffer.from(key).equals(secret)).toBe(false);
    }
  });
});
