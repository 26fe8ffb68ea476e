/** Changes that take two people: what an approval is of, whose it can be, and until when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type Change,
  CHANGE_LIFETIME,
  changeHash,
  isBegun,
  type Proposal,
  refusedApproval,
  stateAt,
} from '../../functions/domain/change.ts';

const arm: Proposal = { kind: 'arm', cohort: 'eea', headCount: 12_000, version: 3, reason: 'all notices were sent' };
const change = (changes: Partial<Change> = {}): Change => {
  const own = { proposal: arm, proposedBy: 'first', pinned: '', ...changes };
  return {
    version: 1,
    summary: 'arms eea',
    proposedAt: 1000,
    state: 'open',
    approvals: [],
    hash: changeHash(own),
    ...own,
    ...changes,
  };
};
const asked = (of: Change, more: { by?: string; hash?: string; now?: number } = {}) =>
  refusedApproval(of, { by: 'second', hash: of.hash, now: 1001, ...more });

describe('the hash of a content', () => {
  it('is another for every change of any field, and of the author', () => {
    const hashes = [
      change(),
      change({ proposedBy: 'second' }),
      change({ pinned: 'wave 1' }),
      change({ proposal: { ...arm, cohort: 'pilot' } }),
      change({ proposal: { ...arm, headCount: 12_001 } }),
      change({ proposal: { ...arm, version: 4 } }),
      change({ proposal: { ...arm, reason: 'other' } }),
      change({ proposal: { kind: 'advance', cohort: 'eea', version: 3, reason: arm.reason } }),
      change({ proposal: { kind: 'restore', cohort: 'eea', version: 3, reason: arm.reason } }),
      change({ proposal: { kind: 'waive', person: 'eea', reason: arm.reason } }),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is the same in every version, so that a deployment between two approvals changes nothing', () => {
    expect(change().hash).toBe('de9efdf86417d5674a42c1610d006f4ce682b12eecc7b7f604acfaca79093162');
  });

  it('does not depend on the order in which fields were sent', () => {
    const reversed = Object.fromEntries(Object.entries(arm).reverse()) as Proposal;
    expect(changeHash({ proposal: reversed, proposedBy: 'first', pinned: '' })).toBe(change().hash);
  });
});

describe('an approval', () => {
  it('is taken from another person, of the content that is there, within a day', () => {
    expect(asked(change())).toBeNull();
    expect(asked(change(), { now: 1000 + CHANGE_LIFETIME - 1 })).toBeNull();
  });

  it.each<[string, ReturnType<typeof asked>, string]>([
    ['one’s own', asked(change(), { by: 'first' }), 'own-approval'],
    ['of another content', asked(change(), { hash: change({ proposedBy: 'x' }).hash }), 'content-changed'],
    ['a day later', asked(change(), { now: 1000 + CHANGE_LIFETIME }), 'change-expired'],
    ['of what was rejected', asked(change({ state: 'rejected' })), 'change-ended'],
    ['of what was done', asked(change({ state: 'applied' })), 'change-ended'],
  ])('%s is refused', (_, answer, reason) => expect(answer).toBe(reason));

  it('is never given by the author, whatever the content and the instant (promise 12)', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: 10 ** 12 }), (by, now) => {
        expect(asked(change({ proposedBy: by }), { by, now })).not.toBeNull();
      }),
    );
  });

  it('of an open change ends by itself: nobody has to come by', () => {
    expect(stateAt(change(), 1000 + CHANGE_LIFETIME)).toBe('expired');
    expect(stateAt(change({ state: 'rejected' }), 10 ** 12)).toBe('rejected');
  });

  it('that was given and whose doing was cut off does not run out', () => {
    const begun = change({ approvals: [{ by: 'second', at: 1001 }] });
    expect([isBegun(begun), stateAt(begun, 10 ** 12)]).toEqual([true, 'open']);
    expect(isBegun(change({ state: 'applied', approvals: [{ by: 'second', at: 1001 }] }))).toBe(false);
  });
});
