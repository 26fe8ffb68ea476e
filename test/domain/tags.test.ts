import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticeId, noticeOfTag, noticeTag } from '../../functions/domain/notice-id.ts';
import { idOfTag, tagOfId } from '../../functions/domain/tags.ts';
import { endDates, PAGE, PLAN } from './examples.ts';

/** Base64url writes three bytes as four characters: the longest id that is written out. */
const LONGEST_WRITTEN_OUT = 192;

const shortId = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const longId = fc.string({ unit: 'binary', minLength: LONGEST_WRITTEN_OUT + 1, maxLength: 400 });
const anyId = fc.oneof(shortId, longId);

/** Whether a tag leads back to an id. */
function namesId(tag: string, id: string): boolean {
  const named = idOfTag(tag);
  return 'id' in named ? named.id === id : named.matches(id);
}

describe('tags', () => {
  it('are what SES allows: A-Z, a-z, 0-9, _ and -, at most 256 characters, never empty', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        expect(tagOfId(id)).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
      }),
    );
  });

  it('lead back to their id', () => {
    fc.assert(fc.property(anyId, (id) => namesId(tagOfId(id), id)));
  });

  it('lead back to no other id', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        fc.pre(one !== other);
        expect(tagOfId(one)).not.toBe(tagOfId(other));
        expect(namesId(tagOfId(one), other)).toBe(false);
      }),
    );
  });

  it('tell two long ids apart that differ in their last letter only', () => {
    const id = 'a'.repeat(500);
    expect(tagOfId(`${id}1`)).not.toBe(tagOfId(`${id}2`));
    expect(namesId(tagOfId(`${id}1`), `${id}2`)).toBe(false);
  });

  it('carry the id itself as long as it fits, so that nothing need be looked up', () => {
    expect(idOfTag(tagOfId('x'.repeat(LONGEST_WRITTEN_OUT)))).toEqual({ id: 'x'.repeat(LONGEST_WRITTEN_OUT) });
    expect(idOfTag(tagOfId('x'.repeat(LONGEST_WRITTEN_OUT + 1)))).not.toHaveProperty('id');
    expect(idOfTag(tagOfId(PAGE))).toEqual({ id: PAGE });
  });

  it('carry the id itself too where they end with the sign by which a hash begins', () => {
    expect(tagOfId('aa?')).toMatch(/_$/);
    expect(idOfTag(tagOfId('aa?'))).toEqual({ id: 'aa?' });
  });

  it('do not show an address to whoever reads them in passing', () => {
    expect(tagOfId('ana@example.com')).not.toContain('ana');
  });
});

describe('a notice as a tag', () => {
  it('leads back to the notice, for every stage that there is', () => {
    const stages = [...PLAN.stages.map(({ name }) => name), 'moved', 'done'];
    fc.assert(
      fc.property(fc.constantFrom(...stages), endDates, (stage, endDate) => {
        const tag = noticeTag(noticeId(stage, endDate));
        expect(tag).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
        expect(noticeOfTag(tag)).toBe(noticeId(stage, endDate));
      }),
    );
  });
});
