/** Ids of notices: the stage, and the end date that it is about, `d35@2026-05-08`. Derived, so a duplicate collides with itself. */
import { localDate, type LocalDate } from './time.ts';

export type NoticeId = string;

export const DONE = 'done';
export const MOVED = 'moved';

export function noticeId(stage: string, endDate: LocalDate): NoticeId {
  return `${stage}@${endDate}`;
}

export function noticeParts(id: NoticeId): { stage: string; endDate: LocalDate } {
  const [stage, date] = id.split('@');
  if (stage === undefined || date === undefined) throw new Error(`notice id ${id}: expected stage@date`);
  return { stage, endDate: localDate(date) };
}

/** SES tag values allow `A-Za-z0-9_-` only; no stage name has an underscore. */
export function noticeTag(id: NoticeId): string {
  return id.replace('@', '_');
}
export function noticeOfTag(tag: string): NoticeId {
  return tag.replace('_', '@');
}
