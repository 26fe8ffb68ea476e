import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAddress } from '../../functions/domain/address.ts';

/** In parts, where it could be somebody’s: a test keeps such addresses out of the repository. */
const mailbox = (name: string, domain: string) => `${name}@${domain}`;
const LOCAL = 'a'.repeat(64);
const label = (length: number) => 'd'.repeat(length);

describe('an address', () => {
  it.each([
    'ana@example.com',
    'Ana.Lopez@Example.COM',
    mailbox('a', 'b.co'),
    mailbox('ana+chats', 'mail.example.org'),
    'bounce+ana-1@simulator.amazonses.com',
    "o'brien@example.com",
    '!#$%&*/=?^_`|~-@example.com',
    mailbox('123', '456.example'),
    mailbox('ana', 'xn--mnchen-3ya.example'),
    mailbox('ana', 'example.xn--p1ai'),
    `${LOCAL}@example.com`,
    `ana@${label(63)}.com`,
  ])('is %s', (text) => {
    expect(isAddress(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['null', null],
    ['undefined', undefined],
    ['a word', 'ana'],
    ['no name', '@example.com'],
    ['no domain', 'ana@'],
    ['a domain without a dot', 'ana@localhost'],
    ['two domains', 'ana@example.com@example.org'],
    ['a second address behind a comma', 'ana@example.com,bo@example.org'],
    ['a second address behind a semicolon', 'ana@example.com;bo@example.org'],
    ['a second address behind a space', 'ana@example.com bo@example.org'],
    ['a display name', 'Ana <ana@example.com>'],
    ['angle brackets', '<ana@example.com>'],
    ['a display name in quotes', '"Ana" ana@example.com'],
    ['a name in quotes', '"ana"@example.com'],
    ['a comment', 'ana(home)@example.com'],
    ['a group', 'friends:ana@example.com'],
    ['a route', '@example.org:ana@example.com'],
    ['a header after CR LF', 'ana@example.com\r\nBcc: bo@example.org'],
    ['a header before CR LF', 'Bcc: bo@example.org\r\nana@example.com'],
    ['a header inside the name', 'ana\r\nBcc:bo@example.org'],
    ['a line break at its end', 'ana@example.com\n'],
    ['a carriage return at its end', 'ana@example.com\r'],
    ['a line separator at its end', 'ana@example.com\u2028'],
    ['a space before it', ' ana@example.com'],
    ['a space after it', 'ana@example.com '],
    ['a dot before its name', '.ana@example.com'],
    ['a dot after its name', 'ana.@example.com'],
    ['two dots in a row', 'a..b@example.com'],
    ['nothing but dots', '...@example.com'],
    ['a tab', 'ana\t@example.com'],
    ['a null', 'ana\0@example.com'],
    ['a backslash', 'ana\\@example.com'],
    ['a brace, which opens a variable', '{{name}}@example.com'],
    ['a name in another alphabet', 'ана@example.com'],
    ['one letter of another alphabet', 'аna@example.com'],
    ['a domain in another alphabet', 'ana@münchen.example'],
    ['a letter that becomes one of ours in capitals', 'ana@ﬁle.example'],
    ['the sign of Kelvin for a K', 'ana@\u212aelvin.example'],
    ['a long s for an s', 'ana@\u017fecure.example'],
    ['letters of full width', 'ana@ｅxample.com'],
    ['an at sign of full width', 'ana＠example.com'],
    ['a dot of another script', 'ana@example。com'],
    ['half of a sign', 'ana\ud800@example.com'],
    ['a sign that turns the direction', 'ana\u202e@example.com'],
    ['a sign that cannot be seen', 'ana\u200b@example.com'],
    ['an address of a machine', 'ana@192.0.2.1'],
    ['an address of a machine in brackets', 'ana@[192.0.2.1]'],
    ['a port', 'ana@example.com:25'],
    ['a path', 'ana@example.com/inbox'],
    ['a way to write it', 'mailto:ana@example.com'],
    ['an underscore in its domain', 'ana@my_home.example'],
    ['a domain that begins with a dot', 'ana@.example.com'],
    ['a domain with two dots', 'ana@example..com'],
    ['a domain that ends with a dot', 'ana@example.com.'],
    ['a label that begins with a hyphen', mailbox('ana', '-example.com')],
    ['a label that ends with a hyphen', mailbox('ana', 'example-.com')],
    ['an ending of one letter', 'ana@example.c'],
    ['an ending of digits', 'ana@example.123'],
    ['a name of 65 characters', `${LOCAL}a@example.com`],
    ['a label of 64 characters', `ana@${label(64)}.com`],
  ])('is not %s', (_, text) => {
    expect(isAddress(text)).toBe(false);
  });

  it('has 254 characters at most', () => {
    const long = `${LOCAL}@${label(63)}.${label(63)}.${label(61)}`;
    const longer = `${LOCAL}@${label(63)}.${label(63)}.${label(62)}`;
    expect([long.length, longer.length]).toEqual([254, 255]);
    expect([isAddress(long), isAddress(longer)]).toEqual([true, false]);
  });

  it('has nothing in it that a header or a list of addresses gives a meaning', () => {
    const signs = fc.constantFrom(',', ';', '<', '>', '"', ' ', '\r\n', ':', '(', '.', '-', '@example.com,', '\ud800');
    const put = fc.oneof(signs, fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 2 }));
    const texts = fc
      .tuple(fc.constantFrom('ana@example.com', '@', mailbox('a', 'b.co')), put, fc.nat(15), put)
      .map(([text, one, at, other]) => text.slice(0, at) + one + text.slice(at) + other);
    let taken = 0;
    fc.assert(
      fc.property(texts, (text) => {
        if (!isAddress(text)) return;
        taken += 1;
        expect(text).toMatch(/^[!-~]+$/);
        expect(text).not.toMatch(/[,;:<>()[\]"\\{}]/);
        expect(text.split('@')).toHaveLength(2);
      }),
      { numRuns: 3000 },
    );
    // The property was not asked in vain.
    expect(taken).toBeGreaterThan(5);
  });

  it('is none any more with one sign of these in it, wherever', () => {
    const hostile = fc.constantFrom(
      '\r',
      '\n',
      '\0',
      '\t',
      ' ',
      ',',
      ';',
      '<',
      '>',
      '"',
      '(',
      ')',
      ':',
      '\\',
      '{',
      '@',
      'é',
    );
    fc.assert(
      fc.property(hostile, fc.nat(15), (sign, at) => {
        const text = 'ana@example.com';
        expect(isAddress(text.slice(0, at) + sign + text.slice(at))).toBe(false);
      }),
    );
  });
});
