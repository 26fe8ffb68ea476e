/**
 * Who was sent what, and what became of it, as the record's files tell it while they grow. The letters themselves stay
 * on disk: kept are a letter's place in `mail.jsonl` and what a list shows of it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

import type { EventLine, MailLine } from '../outside/record.ts';

/** Place and length of its line in `mail.jsonl`, in bytes. */
export interface Letter extends Omit<MailLine, 'to' | 'text' | 'html'> {
  readonly offset: number;
  readonly length: number;
}
export type Happening = Pick<EventLine, 'at' | 'kind'>;
export interface Person {
  readonly userId: string;
  /** Oldest first. */
  readonly letters: readonly Letter[];
  /**
   * By notice, oldest first, each kind once. Events name a person and a notice: two letters of one notice, as after a
   * crash, share them; a notice that could not be rendered has events and no letter.
   */
  readonly happenings: ReadonlyMap<string, readonly Happening[]>;
}
interface Growing extends Person {
  readonly letters: Letter[];
  readonly happenings: Map<string, Happening[]>;
}
/** Letters, and people and notices to which the other things happened. */
export type StageFigures = Record<'accepted' | EventLine['kind'], number>;

export interface Mailbox {
  /** Takes in what the files have gained. What was written before the call is known when it resolves. */
  catchUp(): Promise<void>;
  /** By user id; who was sent something last comes last. */
  readonly people: ReadonlyMap<string, Person>;
  /** By stage, in the order in which the stages first appeared. */
  readonly stages: ReadonlyMap<string, Readonly<StageFigures>>;
  /** By offset. */
  readonly letters: ReadonlyMap<number, Letter>;
  /** The whole letter, from disk. */
  read(letter: Letter): Promise<MailLine>;
}

/** `directory` holds `mail.jsonl` and `events.jsonl`, or will: files that are not there yet are empty. */
export function openMailbox(directory: string): Mailbox {
  const mailFile = join(directory, 'mail.jsonl');
  const people = new Map<string, Growing>();
  const stages = new Map<string, StageFigures>();
  const letters = new Map<number, Letter>();
  // A campaign has few instants, notices and subjects and many letters: each text is kept once.
  const texts = new Map<string, string>();
  const once = (text: string) => texts.get(text) ?? (texts.set(text, text), text);

  const personOf = (userId: string): Growing => people.get(userId) ?? { userId, letters: [], happenings: new Map() };
  const count = (notice: string, what: keyof StageFigures) => {
    const stage = notice.split('@')[0] ?? notice;
    const figures = stages.get(stage) ?? noFigures();
    figures[what] += 1;
    stages.set(stage, figures);
  };
  const addLetter = ({ at, userId, notice, endDate, locale, subject }: MailLine, offset: number, length: number) => {
    const person = personOf(userId);
    const letter = {
      at: once(at),
      userId: person.userId,
      notice: once(notice),
      endDate: once(endDate),
      locale: once(locale),
      subject: once(subject),
      offset,
      length,
    };
    person.letters.push(letter);
    letters.set(offset, letter);
    count(notice, 'accepted');
    // A map keeps the order of insertion: whoever was sent something moves to the end.
    people.delete(userId);
    people.set(userId, person);
  };
  const addEvent = ({ at, kind, userId, notice }: EventLine) => {
    const person = personOf(userId);
    const happenings = person.happenings.get(notice) ?? [];
    if (happenings.some((happening) => happening.kind === kind)) return;
    happenings.push({ at: once(at), kind });
    person.happenings.set(once(notice), happenings);
    count(notice, kind);
    people.set(userId, person);
  };

  const readMail = lineReader(mailFile, (line, offset) => addLetter(line as MailLine, offset.start, offset.length));
  const readEvents = lineReader(join(directory, 'events.jsonl'), (line) => addEvent(line as EventLine));
  let turn = Promise.resolve();
  return {
    people,
    stages,
    letters,
    // One after the other: a reading under way may already have passed the end that this caller has seen.
    catchUp: () => (turn = turn.catch(() => undefined).then(async () => (await readMail(), await readEvents()))),
    async read({ offset, length }) {
      await using file = await open(mailFile);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      return JSON.parse(buffer.toString('utf8')) as MailLine;
    },
  };
}

export function noFigures(): StageFigures {
  return {
    accepted: 0,
    delivered: 0,
    bounced: 0,
    'soft-bounced': 0,
    complained: 0,
    rejected: 0,
    'rendering-failed': 0,
    delayed: 0,
  };
}

/**
 * Hands on the whole lines that a file has gained since the last call, with their place in bytes. A half line at its end
 * waits for its rest. Throws for a line that is no JSON, with file and byte, and stays there.
 */
function lineReader(path: string, onLine: (line: unknown, place: { start: number; length: number }) => void) {
  let start = 0;
  return async (): Promise<void> => {
    await using file = await openIfThere(path);
    if (file === undefined) return;
    let rest = Buffer.alloc(0);
    for await (const chunk of file.createReadStream({ start, autoClose: false, highWaterMark: 1 << 20 })) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      let from = 0;
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, from)) {
        onLine(parse(rest.subarray(from, end), `${path}, byte ${start}`), { start, length: end - from });
        start += end + 1 - from;
        from = end + 1;
      }
      rest = rest.subarray(from);
    }
  };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The parser's own message quotes the line, which may hold an address. */
function parse(line: Buffer, place: string): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    throw new Error(`${place}: not a JSON object; allowed is one a line, as the record writes them`);
  }
}
