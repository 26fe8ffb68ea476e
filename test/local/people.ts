/** People and chats of campaigns that are played on this machine: somebody in Berlin, unless a test says otherwise. */
import type { Chat, User } from '../../bin/local/audience/read.ts';

export const user = (userId: string, more: Partial<User> = {}): User => ({
  userId,
  email: `${userId}@example.com`,
  locale: 'de-DE',
  timeZone: 'Europe/Berlin',
  country: 'DE',
  ...more,
});
export const chat = (chatId: string, participants: readonly string[], more: Partial<Chat> = {}): Chat => ({
  chatId,
  participants: [...participants],
  encryption: 'e2ee',
  ...more,
});
