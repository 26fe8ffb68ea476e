/**
 * What the tests let pass. Reads the report of mutation testing and the reasons for what survived, and writes both into
 * `docs/mutation.md`: the score of each file, then each survivor with its reason. It refuses a survivor without a reason,
 * a reason without a survivor, a score below the threshold, and a report that is not about the files as they are.
 *
 *     node test/mutation/survivors.ts domain usecases
 *
 * A part is named after its configuration, `stryker.<part>.json`, and its reasons, `test/mutation/<part>.yaml`. Sections
 * of parts that were not asked for stay as they are.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

interface Place {
  readonly line: number;
  readonly column: number;
}
interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** Why what a line of a file became is not noticed. `*` in `at` and `change` stands for any text. */
export interface Reason {
  /** A path from the root. */
  readonly file: string;
  /** The source line that the change begins on, without what it is indented by: numbers of lines move. */
  readonly at?: string;
  /** As the page writes it: `before → after`, each on one line. */
  readonly change?: string;
  readonly reason: string;
}

interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly at: string;
  readonly change: string;
}

export interface Score {
  readonly file: string;
  readonly mutants: number;
  readonly survived: number;
  readonly timedOut: number;
  readonly broken: number;
}

const SURVIVED: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);
const KILLED: ReadonlySet<string> = new Set(['Killed', 'Timeout']);
/** With it the tests could not even be loaded. That is noticed, but by no test: Stryker leaves it out of the score. */
const BROKEN = 'RuntimeError';

export function scoresOf(report: Report): Score[] {
  return Object.entries(report.files)
    .map(([file, { mutants }]) => ({
      file,
      mutants: mutants.filter(({ status }) => SURVIVED.has(status) || KILLED.has(status)).length,
      survived: mutants.filter(({ status }) => SURVIVED.has(status)).length,
      timedOut: mutants.filter(({ status }) => status === 'Timeout').length,
      broken: mutants.filter(({ status }) => status === BROKEN).length,
    }))
    .filter(({ mutants }) => mutants > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Percent of the mutants that a test noticed; a run that never ends is noticed too. */
export function percent(scores: readonly Score[]): number {
  const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0);
  return (100 * (sum(({ mutants }) => mutants) - sum(({ survived }) => survived))) / sum(({ mutants }) => mutants);
}

export function survivorsOf(report: Report): Survivor[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => SURVIVED.has(status))
      .map(({ location: { start, end }, replacement = '' }) => ({
        file,
        line: start.line,
        at: (source.split('\n')[start.line - 1] ?? '').trim(),
        change: `${onOneLine(between(source, start, end))} → ${onOneLine(replacement)}`,
      }))
      .sort((a, b) => a.line - b.line || (a.change < b.change ? -1 : 1)),
  );
}

function between(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

function onOneLine(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 90 ? line : `${line.slice(0, 60)} … ${line.slice(-27)}`;
}

function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  const last = rest.pop() as string;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Each reason with its survivors, in the order of the reasons; the first that fits counts. */
export function explained(
  survivors: readonly Survivor[],
  reasons: readonly Reason[],
): { reason: Reason; survivors: Survivor[] }[] {
  const groups = reasons.map((reason) => ({ reason, survivors: [] as Survivor[] }));
  const alone: Survivor[] = [];
  for (const survivor of survivors) {
    const group = groups.find(
      ({ reason: { file, at, change } }) =>
        file === survivor.file && matches(at, survivor.at) && matches(change, survivor.change),
    );
    (group?.survivors ?? alone).push(survivor);
  }
  const wrong = [
    ...alone.map(({ file, line, at, change }) => `${file}:${line} survived without a reason: ${change}\n    ${at}`),
    ...groups
      .filter(({ survivors: none }) => none.length === 0)
      .map(({ reason: { file, at = '*', change = '*' } }) => `${file}: nothing survived of ${at} (${change})`),
    ...reasons
      .filter(({ reason }) => typeof reason !== 'string' || reason.trim() === '')
      .map(({ file }) => `${file}: a reason says nothing`),
  ];
  if (wrong.length > 0) throw new Error(`reasons and survivors are not the same:\n${wrong.join('\n')}`);
  return groups;
}

/** What is not types alone: Stryker reports no file in which there is nothing to change. */
const CODE = /^(export )?(async )?(function|const|let|class)\b/m;

/** The report is about these files as they are now, and leaves neither a file nor a mutant out. */
export function ensureWhole(report: Report, files: readonly string[], read: (file: string) => string): void {
  for (const file of files)
    if (report.files[file] === undefined && CODE.test(read(file)))
      throw new Error(`${file} is not in the report: mutate all files`);
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    if (read(file) !== source) throw new Error(`${file} has changed since the report was made: mutate again`);
    const odd = mutants.find(({ status }) => !SURVIVED.has(status) && !KILLED.has(status) && status !== BROKEN);
    if (odd !== undefined)
      throw new Error(`${file}:${odd.location.start.line}: a mutant is ${odd.status}, and neither killed nor survived`);
  }
}

function codeSpan(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function section(part: string, report: Report, reasons: readonly Reason[], least: number): string {
  const scores = scoresOf(report);
  const score = percent(scores);
  if (!(score >= least)) throw new Error(`${part}: score ${score.toFixed(2)} %, at least ${least} % is asked for`);
  const groups = explained(survivorsOf(report), reasons);
  const count = (of: (each: Score) => number) => scores.reduce((total, each) => total + of(each), 0);
  const mutants = count((each) => each.mutants);
  const survived = count((each) => each.survived);
  const row = (each: Score) =>
    `| ${codeSpan(each.file)} | ${each.mutants} | ${each.survived} | ${percent([each]).toFixed(1)} % |`;
  return [
    `## functions/${part}`,
    '',
    `${score.toFixed(2)} % of ${mutants} mutants were noticed, at least ${least} % are asked for. ${survived} survived; ${count((each) => each.timedOut)} of the others never ended. With ${count((each) => each.broken)} more the tests could not be loaded; Stryker does not count those.`,
    '',
    '| file | mutants | survived | score |',
    '| --- | ---: | ---: | ---: |',
    ...scores.map(row),
    '',
    `### What survived in functions/${part}`,
    ...[...new Set(groups.map(({ reason }) => reason.file))]
      .sort()
      .flatMap((file) => [
        '',
        `#### ${file}`,
        ...groups
          .filter(({ reason }) => reason.file === file)
          .flatMap(({ reason, survivors }) => [
            '',
            reason.reason.trim(),
            '',
            ...survivors.map(({ line, change }) => `- line ${line}: ${codeSpan(change)}`),
          ]),
      ]),
    '',
  ].join('\n');
}

const PAGE = 'docs/mutation.md';
const INTRO = `# Mutation testing

A mutant is the product with one small change: a \`<\` that became \`<=\`, a condition that is always true. If no test fails on
it, the tests would not notice that mistake either. \`npm run mutate:domain\` makes all mutants of the rules and runs the tests
of \`test/domain\` against each; \`npm run mutate:usecases\` does so for the use cases. Both fail below their threshold.

This page is written from their reports by \`node test/mutation/survivors.ts domain usecases\`. It holds each mutant that
survived, with the reason why that is no gap, or the word that it is one: "not reached by a test". A survivor without a reason is
an error, as is a reason without a survivor. "Equivalent" means that no input makes a difference.
`;

/** The page with these sections put in, in alphabetical order; the page's other ones stay. */
export function withSections(page: string, sections: ReadonlyMap<string, string>): string {
  const all = new Map<string, string>();
  for (const text of page.split(/^(?=## )/m).slice(1)) all.set(/^## (.*)$/m.exec(text)?.[1] ?? '', text);
  for (const text of sections.values()) all.set(/^## (.*)$/m.exec(text)?.[1] ?? '', text);
  return [INTRO, ...[...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)].join('\n');
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(path, 'utf8');
  const parts = process.argv.slice(2);
  if (parts.length === 0) throw new Error('which part? give domain, usecases or both');
  const sections = new Map(
    parts.map((part): [string, string] => {
      const { jsonReporter, thresholds } = JSON.parse(read(`stryker.${part}.json`)) as {
        jsonReporter: { fileName: string };
        thresholds: { break: number };
      };
      const report = JSON.parse(read(jsonReporter.fileName)) as Report;
      const files = readdirSync(`functions/${part}`, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `functions/${part}/${path}`);
      ensureWhole(report, files, read);
      const reasons = (parse(read(`test/mutation/${part}.yaml`)) ?? []) as Reason[];
      return [part, section(part, report, reasons, thresholds.break)];
    }),
  );
  const page = withSections(existsSync(PAGE) ? read(PAGE) : '', sections);
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
