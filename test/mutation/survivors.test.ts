import { describe, expect, it } from 'vitest';
import {
  ensureWhole,
  explained,
  percent,
  type Report,
  scoresOf,
  section,
  survivorsOf,
  withSections,
} from './survivors.ts';

const SOURCE = `/** A rule. */\nexport function isOver(now: number, end: number): boolean {\n  return now >= end;\n}\n`;
const at = (line: number, from: number, to: number) => ({
  start: { line, column: from },
  end: { line, column: to },
});
const mutant = (replacement: string, status: string) => ({
  mutatorName: 'EqualityOperator',
  replacement,
  status,
  location: at(3, 10, 20),
});
const report = (...mutants: ReturnType<typeof mutant>[]): Report => ({
  files: { 'functions/domain/end.ts': { source: SOURCE, mutants } },
});
const REPORT = report(mutant('now > end', 'Survived'), mutant('now < end', 'Killed'), mutant('true', 'Timeout'));
const FILES = ['functions/domain/end.ts'];
const REASON = { file: 'functions/domain/end.ts', at: 'return now >= end;', change: '* → now > end', reason: 'why' };

describe('survivors', () => {
  it('are what no test noticed, told as before and after, whether a test came by or not', () => {
    const [survived, uncovered] = survivorsOf(report(mutant('now > end', 'Survived'), mutant('true', 'NoCoverage')));
    expect(survived).toEqual({
      file: 'functions/domain/end.ts',
      line: 3,
      at: 'return now >= end;',
      change: 'now >= end → now > end',
    });
    expect(uncovered).toMatchObject({ change: 'now >= end → true' });
    expect(survivorsOf(REPORT)).toHaveLength(1);
  });

  it('lower the score of their file, and a run that never ends does not', () => {
    const scores = scoresOf(REPORT);
    expect(scores).toEqual([{ file: 'functions/domain/end.ts', mutants: 3, survived: 1, timedOut: 1, broken: 0 }]);
    expect(percent(scores)).toBeCloseTo(66.67, 1);
  });

  it('are not what cannot even be loaded, and the score does without it', () => {
    const broken = report(mutant('now > end', 'RuntimeError'), mutant('now < end', 'Killed'));
    expect(survivorsOf(broken)).toEqual([]);
    expect(scoresOf(broken)).toMatchObject([{ mutants: 1, broken: 1 }]);
    expect(() => ensureWhole(broken, FILES, () => SOURCE)).not.toThrow();
  });

  it('have a reason that is about their line and their change', () => {
    const survivors = survivorsOf(REPORT);
    expect(explained(survivors, [REASON])).toEqual([{ reason: REASON, survivors }]);
    expect(explained(survivors, [{ file: REASON.file, reason: 'any change of the file' }])[0]?.survivors).toEqual(
      survivors,
    );
  });

  it.each([
    ['nobody gives one', []],
    ['it is about another file', [{ ...REASON, file: 'functions/domain/gate.ts' }]],
    ['it is about another line', [{ ...REASON, at: 'return now > end;' }]],
    ['it is about another change', [{ ...REASON, change: '* → true' }]],
  ])('are an error where %s', (_, reasons) => {
    expect(() => explained(survivorsOf(REPORT), reasons)).toThrow('end.ts:3 survived without a reason');
  });

  it('are an error where a reason is for none of them, so that no reason outlives its survivor', () => {
    expect(() => explained(survivorsOf(REPORT), [REASON, { ...REASON, change: '* → true' }])).toThrow(
      'nothing survived',
    );
  });

  it('are an error where the reason says nothing', () => {
    expect(() => explained(survivorsOf(REPORT), [{ ...REASON, reason: ' ' }])).toThrow('a reason says nothing');
  });
});

describe('a report', () => {
  it('is read only while it is about the files as they are', () => {
    expect(() => ensureWhole(REPORT, FILES, () => SOURCE)).not.toThrow();
    expect(() => ensureWhole(REPORT, FILES, () => `${SOURCE}\n`)).toThrow('has changed');
  });

  it('is not whole where a file is missing in which there is something to change', () => {
    const files = [...FILES, 'functions/domain/gate.ts'];
    const of = (text: string) => (file: string) => (file === FILES[0] ? SOURCE : text);
    expect(() => ensureWhole(REPORT, files, of('export const HOUR = 3;\n'))).toThrow('gate.ts is not in the report');
    expect(() => ensureWhole(REPORT, files, of('export interface Plan {}\n'))).not.toThrow();
  });

  it('is not whole where mutants were left out', () => {
    expect(() => ensureWhole(report(mutant('true', 'Ignored')), FILES, () => SOURCE)).toThrow('a mutant is Ignored');
  });
});

describe('the page', () => {
  it('has the score, the files, and each survivor below its reason', () => {
    const text = section('domain', REPORT, [REASON], 60);
    expect(text).toContain('66.67 % of 3 mutants were noticed');
    expect(text).toContain('| `functions/domain/end.ts` | 3 | 1 | 66.7 % |');
    expect(text).toMatch(/\nwhy\n\n- line 3: `now >= end → now > end`/);
  });

  it('is not written below the threshold', () => {
    expect(() => section('domain', REPORT, [REASON], 90)).toThrow('at least 90 %');
  });

  it('keeps the sections that were not asked for', () => {
    const of = (part: string, text: string) => new Map([[part, `## functions/${part}\n\n${text}\n`]]);
    const both = withSections(withSections('', of('usecases', 'FIRST EDITION')), of('domain', 'OF THE RULES'));
    expect(both.indexOf('OF THE RULES')).toBeLessThan(both.indexOf('FIRST EDITION'));
    const again = withSections(both, of('usecases', 'SECOND EDITION'));
    expect(again).toContain('SECOND EDITION');
    expect(again).not.toContain('FIRST EDITION');
    expect(again.indexOf('OF THE RULES')).toBe(both.indexOf('OF THE RULES'));
  });
});
