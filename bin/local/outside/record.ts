/** What the outside world saw, one JSON object a line. Mail stays on disk: memory does not grow with it. */
import { createWriteStream, mkdirSync, writeFileSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';

/** Instants are ISO 8601, of the virtual clock. */
export interface MailLine {
  readonly at: string;
  readonly to: string;
  readonly userId: string;
  readonly notice: string;
  readonly endDate: string;
  readonly locale: string;
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
}
export interface EventLine {
  readonly at: string;
  readonly kind: 'delivered' | 'bounced' | 'soft-bounced' | 'complained' | 'rejected' | 'rendering-failed' | 'delayed';
  readonly userId: string;
  readonly notice: string;
}
export interface FlipLine {
  readonly at: string;
  readonly chatId: string;
  readonly from: string;
  readonly to: string;
  readonly cohort: string | null;
  readonly participants: readonly string[];
  /** Of the mark that we left on it; null where there is none. */
  readonly arming: string | null;
  /** Of the encryption that ends or begins here: what a restore must bring back. Null where the platform keeps none. */
  readonly encryptedSince: string | null;
  readonly version: number | null;
}
/** A cohort's item, whenever one of these has changed. A hold is certain once nobody can be at work any more. */
export interface CohortLine {
  readonly at: string;
  readonly cohort: string;
  readonly endDate: string;
  /** Its id; null while it is not armed. */
  readonly arming: string | null;
  readonly hold: boolean;
  /** Null without a hold. */
  readonly certainFrom: string | null;
}
/** What an operator typed, and what came of it. */
export interface OperatorLine {
  readonly at: string;
  readonly as: string;
  readonly run: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** Zones at enrolment and now; null is an unknown one. */
export interface PersonLine {
  readonly userId: string;
  readonly cohort: string;
  readonly timeZones: readonly (string | null)[];
}
/** What a person said, or the platform or an operator for them; `waived` is what operators decided about them. */
export interface SignalLine {
  readonly at: string;
  readonly userId: string;
  readonly kind: string;
  readonly notice?: string;
}
/** A chat at the end; `blocked` is the reason why it is still encrypted. */
export interface ChatLine {
  readonly chatId: string;
  readonly participants: readonly string[];
  readonly encryption: string;
  readonly blocked?: string;
}
export interface ReportFile {
  /** In the audience; enrolled; and in no encrypted chat, so never asked. */
  readonly people: { readonly total: number; readonly enrolled: number; readonly withoutEncryptedChat: number };
  /** All; off from the beginning; and not ended: neither disabled nor blocked. */
  readonly chats: { readonly total: number; readonly neverEncrypted: number; readonly open: number };
  readonly notices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly disabled: number;
  readonly blocked: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly wallSeconds: number;
  readonly peakMemoryMB: number;
}

export interface Lines {
  mail: MailLine;
  events: EventLine;
  flips: FlipLine;
  people: PersonLine;
  signals: SignalLine;
  chats: ChatLine;
  cohorts: CohortLine;
  operators: OperatorLine;
}
const FILES: readonly (keyof Lines)[] = [
  'mail',
  'events',
  'flips',
  'people',
  'signals',
  'chats',
  'cohorts',
  'operators',
];

export interface OutsideRecord {
  write<K extends keyof Lines>(file: K, line: Lines[K]): void;
  report(report: ReportFile): void;
  /** Resolves when all lines are on disk. */
  close(): Promise<void>;
}

/** Begins the files in `directory`, which is made; files of an earlier run are replaced. */
export function createRecord(directory: string): OutsideRecord {
  mkdirSync(directory, { recursive: true });
  const streams = new Map<string, WriteStream>(
    FILES.map((file) => [file, createWriteStream(join(directory, `${file}.jsonl`))]),
  );
  return {
    write(file, line) {
      streams.get(file)?.write(`${JSON.stringify(line)}\n`);
    },
    report: (report) => writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`),
    async close() {
      for (const stream of streams.values()) {
        stream.end();
        await finished(stream);
      }
    },
  };
}
