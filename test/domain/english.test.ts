import { describe, expect, it, test } from 'vitest';

import { counted, figures, listed, spelled, spelledShort } from '../../functions/domain/english.ts';
import { localDate } from '../../functions/domain/time.ts';

describe('what operators read', () => {
  it('spells a date without a zero before the day', () => {
    expect(spelled(localDate('2026-05-08'))).toBe('8 May 2026');
    expect(spelledShort(localDate('2026-12-31'))).toBe('31 December');
  });

  it('knows the months', () => {
    const months = Array.from({ length: 12 }, (_, at) => localDate(`2026-${String(at + 1).padStart(2, '0')}-01`));
    const names = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });
    expect(months.map(spelledShort)).toEqual(months.map((month) => `1 ${names.format(new Date(month))}`));
  });

  it('separates thousands, and knows one from many', () => {
    expect([figures(999), figures(1_000), figures(12_114_000)]).toEqual(['999', '1,000', '12,114,000']);
    expect([0, 1, 12_114].map((count) => counted(count, 'person', 'people'))).toEqual([
      '0 people',
      '1 person',
      '12,114 people',
    ]);
  });

  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('lists %j as "%s"', (names, text) => {
    expect(listed(names)).toBe(text);
  });
});
