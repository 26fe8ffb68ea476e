/** The matrix as a page: docs/crash-matrix.md. */
import { writeFileSync } from 'node:fs';

import { format } from 'prettier';

import { cellOf, DEATHS, type Point } from './cells.ts';
import { LOST } from './lost-events.ts';
import { AUDIENCE } from './world.ts';

interface Cell {
  readonly repeats: number;
  readonly wrong: readonly string[];
}
interface Matrix {
  readonly points: readonly Point[];
  readonly cells: Readonly<Record<string, Cell>>;
  readonly lost: Readonly<Record<string, Cell & { readonly lostEvents: number }>>;
}

export async function writeTable(file: string, matrix: Matrix): Promise<void> {
  writeFileSync(file, await format(pageOf(matrix), { parser: 'markdown', printWidth: 128 }));
}

export function pageOf({ points, cells, lost }: Matrix): string {
  const marks = points.flatMap(({ name }) => DEATHS.map((death) => cells[cellOf({ point: name, death })]));
  const well = marks.filter((cell) => cell?.wrong.length === 0).length;
  const repeats = marks.reduce((sum, cell) => sum + (cell?.repeats ?? 0), 0);
  const steps = Map.groupBy(points, ({ step }) => step);
  const rows = (its: readonly Point[]) =>
    its.map(({ number, name, call, isAfterCrash }) => {
      const shown = DEATHS.map((death) => markOf(cells[cellOf({ point: name, death })]));
      return `| ${number} | ${code(call)}${isAfterCrash ? ' \\*' : ''} | ${shown.join(' | ')} |`;
    });
  const sections = [...steps].flatMap(([step, its]) => [
    `## ${step}`,
    '',
    '| | call | before | accepted | replied |',
    '| ---: | --- | --- | --- | --- |',
    ...rows(its),
    '',
  ]);
  return [
    '# The crash matrix',
    '',
    'Made by `npm run crash-matrix`; do not edit it. The stacks are synthesised and run on one machine, each function in a',
    `process of its own, for a campaign of ${AUDIENCE.users.length} people and ${AUDIENCE.chats.length} chats in two cohorts`,
    '(`test/local/crash-matrix/world.ts`). In an undisturbed campaign every call of a function is recorded as it is on the',
    'wire; calls of the same kind are one point. At each point the process of the function is killed with SIGKILL, once',
    '',
    '- **before** the service has seen the call,',
    '- once it was **accepted**: the service has done it, and its reply is lost,',
    '- when it was **replied**: the reply was delivered, and nothing that the process does after it is heard of.',
    '',
    'Messages and events come again as AWS brings them: after the visibility timeout, or as a retry; what a tick has left is',
    'found by the next, a minute later; operators and people try again what got no answer. Each campaign goes on to its end, and is judged by the independent checker',
    '(promises 1, 2, 3, 4, 6, 7, 8, 10 and 13), by the letters that anybody got twice, and by how each chat has ended, which',
    'must be as if nobody had died. Deaths that share a campaign are at least a day apart, commands of operators six hours;',
    'where such a campaign was not as it should be, each of its cells was run alone.',
    '',
    `**${points.length} points, ${marks.length} cells: ${well} are well, ${marks.length - well} are not. Letters that came twice: ${repeats}.**`,
    '',
    '✓: none early, nobody forgotten, nobody told twice. A number: that many letters came twice. \\*: a call that is made only',
    'after a crash; here notify has died before, with the reply of SES lost.',
    '',
    '## With the events lost',
    '',
    'Where SES had accepted the mail and its events arrive, nobody is told twice: that is the matrix below. Here nothing that',
    'SES says of that call arrives either. What is required is then sent again while it is true, at most one page of it; the',
    'rest is not. All promises must hold; of whom nothing was heard a date may move, or their chats are blocked.',
    '',
    '| case | events lost | letters that came twice | |',
    '| --- | ---: | ---: | --- |',
    ...LOST.map(({ name }) => {
      const cell = lost[name];
      return `| ${name} | ${cell?.lostEvents ?? ''} | ${cell?.repeats ?? ''} | ${markOf(cell, false)} |`;
    }),
    '',
    ...sections,
  ].join('\n');
}

function markOf(cell: Cell | undefined, counts = true): string {
  if (cell === undefined) return 'not run';
  if (cell.wrong.length > 0) return `✗ ${cell.wrong.join('; ').replaceAll('|', '\\|')}`;
  return counts && cell.repeats > 0 ? `${cell.repeats}` : '✓';
}

const code = (call: string) => `\`${call.replaceAll('|', '\\|')}\``;
