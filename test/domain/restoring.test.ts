/** A restore window: until when, and of which chats. */
import { describe, expect, it } from 'vitest';

import type { Chat, Mark } from '../../functions/domain/gate.ts';
import { finalAfter, restorable, restorableUntil } from '../../functions/domain/restoring.ts';
import { HOUR, MINUTE } from '../../functions/domain/time.ts';
import { PLAN } from './examples.ts';

const AT = 1_000_000;
const mark: Mark = {
  intent: 'i1',
  arming: 'eea@c1',
  cohort: 'eea',
  at: AT,
  prior: { encrypted: true, encryptedSince: 'x', version: 1 },
};
const chat = (changes: Partial<Chat> = {}): Chat => ({
  chatId: 'chat-1',
  participants: ['ana'],
  encrypted: false,
  version: 1,
  encryptedSince: null,
  mark,
  ...changes,
});
const ask = (of: Chat, now = AT + HOUR) => restorable(PLAN, of, now);

describe('a chat', () => {
  it('is restored until five minutes before the platform may destroy anything', () => {
    expect(finalAfter(PLAN, AT)).toBe(AT + 72 * HOUR);
    expect(finalAfter(PLAN, AT) - restorableUntil(PLAN, AT)).toBe(5 * MINUTE);
    expect(ask(chat(), restorableUntil(PLAN, AT) - 1)).toBe('yes');
    expect(ask(chat(), restorableUntil(PLAN, AT))).toBe('late');
  });

  it.each([
    ['was never ours', chat({ mark: null }), 'other'],
    ['was encrypted again by the platform', chat({ encrypted: true }), 'other'],
    ['was restored', chat({ encrypted: true, mark: { ...mark, restoredAt: AT + 1 } }), 'restored'],
    ['was restored and is off again', chat({ mark: { ...mark, restoredAt: AT + 1 } }), 'restored'],
  ])('that %s is not', (_, of, answer) => expect(ask(of)).toBe(answer));
});
