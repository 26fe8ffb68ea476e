/** What a command has of the world around it: everything it reads and writes passes here, so that it can run anywhere. */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where the operator API is, and as whom it is asked. */
export interface Connection {
  readonly url: string;
  /** Asked for anew with each request where they may run out. */
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly region: string;
}

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person reads along: colours, redrawing and questions depend on it. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Asks a person on a terminal. */
  confirm?(question: string): Promise<boolean>;
  /** In the place of what options and environment say. */
  readonly connect?: Connection;
  /** TXT records of a name, as `node:dns/promises` answers; without it nothing is looked up. */
  resolveTxt?(name: string): Promise<string[][]>;
  /** Ends what would go on by itself. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds until the next look; a timer where it is left out. */
  pause?(milliseconds: number): Promise<void>;
}
