import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUDIT_VERBS,
  type AuditEntry,
  type AuditFact,
  type AuditFinding,
  auditHash,
  BEGINNING,
  entryAfter,
  verifyAudit,
} from '../../functions/domain/audit.ts';
import { isoInstant } from '../../functions/domain/time.ts';

const text = fc.string({ maxLength: 12 });
const fact: fc.Arbitrary<AuditFact> = fc.record({
  at: fc.integer({ min: 0, max: 2_000_000_000_000 }).map(isoInstant),
  who: fc.constantFrom('first-operator', 'second-operator', 'breaker', 'sunset'),
  what: fc.constantFrom(...AUDIT_VERBS),
  why: text,
  subject: text,
  from: fc.option(text),
  to: fc.option(text),
});
const chainOf = (facts: readonly AuditFact[]) =>
  facts.reduce<AuditEntry[]>((chain, each) => [...chain, entryAfter(chain.at(-1), each)], []);
const chains = fc.array(fact, { minLength: 1, maxLength: 12 }).map(chainOf);
const two = fc.array(fact, { minLength: 2, maxLength: 12 }).map(chainOf);

/** What a reader finds in `now`, where the bucket has kept copies of `original`. */
function verified(now: readonly AuditEntry[], original: readonly AuditEntry[]): AuditFinding[] {
  const copies = new Map(original.map(({ number, hash }) => [number, hash]));
  return verifyAudit(
    now,
    now.map(({ number }) => copies.get(number) ?? null),
    original.length,
  );
}
const kinds = (findings: readonly AuditFinding[]) => findings.map(({ kind, number }) => `${kind} ${number}`);
/** An entry in any place. */
const placeIn = (chain: readonly AuditEntry[], share: number) => Math.floor(share * chain.length);
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const FIELDS = ['at', 'who', 'what', 'why', 'subject', 'from', 'to', 'before', 'hash'] as const;
const edit = (entry: AuditEntry, field: (typeof FIELDS)[number]): AuditEntry => ({
  ...entry,
  [field]: `${entry[field]} `,
});

describe('the audit trail (promise 14)', () => {
  it('begins at 1, behind nothing, and hands on the hash of each entry', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        expect(chain.map(({ number }) => number)).toEqual(chain.map((_, at) => at + 1));
        expect(chain.map(({ before }) => before)).toEqual([BEGINNING, ...chain.slice(0, -1).map(({ hash }) => hash)]);
      }),
    );
  });

  it('has nothing to be found while nobody has touched it', () => {
    expect(verifyAudit([], [], 0)).toEqual([]);
    fc.assert(
      fc.property(chains, (chain) => {
        expect(verified(chain, chain)).toEqual([]);
      }),
    );
  });

  it('shows an edit of any field of any entry', () => {
    fc.assert(
      fc.property(chains, share, fc.constantFrom(...FIELDS), (chain, where, field) => {
        const at = placeIn(chain, where);
        const findings = verified(
          chain.map((entry, each) => (each === at ? edit(entry, field) : entry)),
          chain,
        );
        expect(kinds(findings)).toContain(`edited ${at + 1}`);
      }),
    );
  });

  it('shows an edit whose author has reckoned the hash of that entry anew', () => {
    fc.assert(
      fc.property(chains, share, (chain, where) => {
        const at = placeIn(chain, where);
        const now = chain.map((entry, each) => {
          if (each !== at) return entry;
          const forged = { ...entry, why: `${entry.why} ` };
          return { ...forged, hash: auditHash(forged) };
        });
        expect(kinds(verified(now, chain))).toContain(`edited ${at + 1}`);
      }),
    );
  });

  it('shows the removal of any entry, whether or not those behind it were numbered anew', () => {
    fc.assert(
      fc.property(two, share, fc.boolean(), (chain, where, renumbered) => {
        const at = placeIn(chain, where);
        const rest = chain.filter((_, each) => each !== at);
        const now = renumbered ? chainOf(rest) : rest;
        const findings = kinds(verified(now, chain));
        if (at === chain.length - 1) expect(findings).toEqual([`cut ${chain.length}`]);
        else if (renumbered) expect(findings).toContain(`cut ${chain.length}`);
        else expect(findings).toContain(`missing ${at + 1}`);
      }),
    );
  });

  it('shows two entries that have changed places, in the list or with their numbers', () => {
    fc.assert(
      fc.property(two, share, share, fc.boolean(), (chain, one, other, withNumbers) => {
        const [a, b] = [placeIn(chain, one), placeIn(chain, other)];
        fc.pre(a !== b);
        const now = chain.map((entry, at) => {
          const taken = at === a ? chain[b] : at === b ? chain[a] : entry;
          return withNumbers ? { ...(taken as AuditEntry), number: at + 1 } : (taken as AuditEntry);
        });
        expect(kinds(verified(now, chain)).filter((each) => /^(edited|out-of-order)/.test(each))).not.toEqual([]);
      }),
    );
  });

  it('shows an entry that was put between two others', () => {
    fc.assert(
      fc.property(chains, share, fact, (chain, where, forged) => {
        const at = placeIn(chain, where);
        const between = { ...entryAfter(chain[at], forged) };
        const now = [...chain.slice(0, at + 1), between, ...chain.slice(at + 1)];
        expect(verified(now, chain)).not.toEqual([]);
      }),
    );
  });

  it('shows a cut at the end, which leaves a whole chain', () => {
    fc.assert(
      fc.property(chains, share, (chain, where) => {
        const left = placeIn(chain, where);
        expect(kinds(verified(chain.slice(0, left), chain))).toEqual([`cut ${left + 1}`]);
      }),
    );
  });

  it('shows a chain that was written anew from any entry on, every hash of it right: only the copies tell', () => {
    fc.assert(
      fc.property(chains, share, (chain, where) => {
        const at = placeIn(chain, where);
        const now = chainOf(chain.map((entry, each) => (each === at ? { ...entry, who: 'somebody-else' } : entry)));
        const unseen = verifyAudit(
          now,
          now.map(({ hash }) => hash),
          now.length,
        );
        expect(unseen).toEqual([]);
        expect(kinds(verified(now, chain))).toEqual(chain.slice(at).map(({ number }) => `edited ${number}`));
      }),
    );
  });

  it('tells of entries that nothing vouches for yet', () => {
    fc.assert(
      fc.property(chains, share, (chain, where) => {
        const copied = placeIn(chain, where);
        expect(kinds(verified(chain, chain.slice(0, copied)))).toEqual(
          chain.slice(copied).map(({ number }) => `not-copied ${number}`),
        );
      }),
    );
  });

  it('shows a copy that is gone from among the others', () => {
    fc.assert(
      fc.property(two, share, (chain, where) => {
        const at = placeIn(chain.slice(1), where);
        const copies = chain.map(({ hash }, each) => (each === at ? null : hash));
        expect(kinds(verifyAudit(chain, copies, chain.length))).toEqual([`missing ${at + 1}`]);
      }),
    );
  });

  it('begins behind sixty-four zeros, as every trail that there is does', () => {
    expect(BEGINNING).toMatch(/^0{64}$/);
  });

  it('shows an entry that was written anew with its copy: the next does not follow on it', () => {
    const chain = chainOf(fc.sample(fact, { numRuns: 4, seed: 4 }));
    const { hash: _, ...rest } = { ...(chain[1] as AuditEntry), why: 'another reason' };
    const now = chain.with(1, { ...rest, hash: auditHash(rest) });
    const findings = verifyAudit(
      now,
      now.map(({ hash }) => hash),
      4,
    );
    expect(findings).toEqual([
      { number: 3, kind: 'edited', sentence: 'entry 3 does not follow on entry 2 as that one is now' },
    ]);
  });

  it('says in a sentence what is wrong with the copies, and with the order', () => {
    const chain = chainOf(fc.sample(fact, { numRuns: 3, seed: 4 }));
    const hashes: readonly (string | null)[] = chain.map(({ hash }) => hash);
    const told = (copies: readonly (string | null)[], lastCopy = 3, entries = chain) =>
      verifyAudit(entries, copies, lastCopy).map(({ kind, sentence }) => `${kind}: ${sentence}`);
    expect(told(hashes.with(1, null))).toEqual(['missing: the copy of entry 2 is missing: there are later ones']);
    expect(told(hashes.with(2, null))).toEqual(['missing: the copy of entry 3 is missing: there are later ones']);
    expect(told(hashes.with(2, null), 2)).toEqual(['not-copied: entry 3 has no copy: nothing else vouches for it']);
    expect(told(hashes.with(1, 'other'))).toEqual(['edited: entry 2 is not what its copy says']);
    const [one, two, three] = chain as [AuditEntry, AuditEntry, AuditEntry];
    expect(told([one.hash, three.hash, two.hash], 3, [one, three, two])).toEqual([
      'missing: entry 2 is missing: 3 follows on 1',
      'out-of-order: entry 2 stands behind entry 3',
    ]);
  });

  it('says in a sentence what is wrong', () => {
    const chain = chainOf(fc.sample(fact, { numRuns: 5, seed: 4 }));
    const without = (...numbers: number[]) => chain.filter(({ number }) => !numbers.includes(number));
    const sentences = (now: readonly AuditEntry[]) => verified(now, chain).map(({ sentence }) => sentence);
    expect(sentences(without(2, 3))).toEqual(['entries 2 to 3 are missing: 4 follows on 1']);
    expect(sentences(without(5))).toEqual(['entry 5 is missing at the end: there are copies']);
    expect(sentences(chain.map((entry) => (entry.number === 2 ? edit(entry, 'why') : entry)))).toEqual([
      'entry 2 is not what its own hash says',
    ]);
  });
});
