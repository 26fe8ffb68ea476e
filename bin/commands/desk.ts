/** Where every command sits: it asks the API, shows what was answered to a person or a program, and asks before it acts. */
import type { Command } from 'commander';

import { type Client, createClient } from './client.ts';
import { connection, type Where } from './connection.ts';
import { EXIT, type Exit, Refusal, wrongUse } from './exit.ts';
import type { Io } from './io.ts';
import { createScreen, type Screen, withoutControls } from './screen.ts';

export interface Desk {
  readonly io: Io;
  readonly screen: Screen;
  readonly ask: Client['ask'];
  /** What the command ends with if nothing is thrown. */
  exit: Exit;
  /** Whether a program reads along. */
  json(): boolean;
  /** Whether the local system is asked. */
  local(): boolean;
  /** The answer as one JSON document, or as lines for a person. */
  show<T>(answer: T, lines: (answer: T) => readonly string[]): void;
  /** Lines that only a person needs. */
  tell<T>(answer: T, lines: (answer: T) => readonly string[]): void;
  /** Whether somebody sits here who can be asked. */
  attended(): boolean;
  /** Goes on only where a person agrees, or has agreed before with `--yes`. */
  agree(question: string, yes: boolean | undefined): Promise<void>;
}

export function createDesk(program: Command, io: Io): Desk {
  const colours = io.isTerminal && (io.environment['NO_COLOR'] ?? '') === '';
  const options = () => program.opts<Where & { json?: boolean }>();
  let client: Promise<Client> | undefined;
  const desk: Desk = {
    io,
    screen: createScreen({ colours, columns: io.columns }),
    exit: EXIT.done,
    async ask(name, asked) {
      client ??= connection(options(), io).then((found) => createClient(found, io));
      return (await client).ask(name, asked);
    },
    json: () => options().json === true,
    local: () => options().local !== undefined,
    show(answer, lines) {
      if (desk.json()) io.out(`${JSON.stringify(answer, null, 2)}\n`);
      else desk.tell(answer, lines);
    },
    tell(answer, lines) {
      if (!desk.json())
        io.out(
          lines(withoutControls(answer))
            .map((line) => `${line}\n`)
            .join(''),
        );
    },
    attended: () => io.isTerminal && io.confirm !== undefined && !desk.json(),
    async agree(question, yes) {
      if (yes === true) return;
      if (!desk.attended() || io.confirm === undefined)
        return wrongUse(
          'This is done only when somebody agrees, and nobody can be asked here.',
          'Look, then add --yes.',
        );
      if (await io.confirm(question)) return;
      throw new Refusal({ code: 'not-confirmed', sentence: 'You did not agree.', todo: 'Nothing was changed.' });
    },
  };
  return desk;
}
