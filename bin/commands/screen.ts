/** What a person sees: colours only on a terminal, bars, columns, and no sign that could move a terminal's cursor. */
import { styleText } from 'node:util';

import { printable } from '../../functions/domain/printable.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'strong' | 'quiet';
const FORMATS = { good: 'green', bad: 'red', warning: 'yellow', strong: 'bold', quiet: 'dim' } as const;

export interface Screen {
  readonly columns: number;
  /** Text with a colour; as it is where there are none. */
  paint(tone: Tone, text: string): string;
}

export function createScreen({ colours, columns }: { colours: boolean; columns: number }): Screen {
  return {
    columns,
    paint: (tone, text) => (colours ? styleText(FORMATS[tone], text, { validateStream: false }) : text),
  };
}

/** `2026-04-09 10:00 UTC`; null: a dash. */
export const moment = (iso: string | null): string =>
  iso === null ? '-' : `${iso.slice(0, 16).replace('T', ' ')} UTC`;

export const number = (value: number): string => value.toLocaleString('en-US');

/** `1 person`, `12,114 people`. */
export const counted = (value: number, one: string, many: string): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** Long enough to tell changes apart, and to name one in `approve --hash`. */
export const shortHash = (hash: string): string => hash.slice(0, 12);

/** @param share 0 to 1; what is more is shown as full */
export function bar(share: number, width = 20): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Columns as wide as their widest cell; cells must be unpainted. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export const indented = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

/** An answer whose every text can be printed. */
export function withoutControls<T>(answer: T): T {
  if (typeof answer === 'string') return printable(answer) as T;
  if (Array.isArray(answer)) return answer.map(withoutControls) as T;
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [printable(key), withoutControls(value)]),
  ) as T;
}
