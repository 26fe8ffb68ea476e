/**
 * The mailbox pages: everybody's letters as they would have received them. They are for the person who started the
 * campaign and for nobody else: this machine only, nothing from elsewhere, and a letter's own markup can run nothing. Its
 * links open pages of their own, where they work as they would for its reader.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { type Here, listenHere, otherName } from './loopback.ts';
import { openMailbox } from './mailbox.ts';
import { letterPage, notFoundPage, overview, type PagesState, personPage } from './views.ts';

export interface PagesOptions {
  /** Where `mail.jsonl` and `events.jsonl` are, or will be. */
  readonly directory: string;
  /** 0: any that is free. */
  readonly port: number;
  /** The figures of this moment. */
  state(): PagesState;
  /** Whether they may still change: the overview then reads itself again. Absent: always. */
  running?(): boolean;
}

interface Answer {
  readonly status: number;
  readonly type: 'html' | 'plain' | 'css';
  readonly body: string;
  /** A letter's own markup, which is not ours. */
  readonly foreign?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const OWN_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const LETTER_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf8');

/** Throws where the port is taken. */
export async function startPages({ directory, port, state, running = () => true }: PagesOptions): Promise<Here> {
  const mailbox = openMailbox(directory);

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { method, url = '/' } = request;
    const misnamed = otherName(server, request);
    if (misnamed !== undefined) return { ...plain(misnamed), status: 421 };
    if (method !== 'GET' && method !== 'HEAD')
      return { ...plain('only GET and HEAD\n'), status: 405, headers: { Allow: 'GET, HEAD' } };
    const [path = '/', query] = url.split('?', 2);
    if (path === '/style.css') return { status: 200, type: 'css', body: STYLE };
    await mailbox.catchUp();
    if (path === '/') return page(overview(mailbox, state(), overviewQuery(query)));
    const [, folder, name = '', ...rest] = path.split('/');
    if (folder === 'people' && rest.length === 0) return person(name);
    if (folder === 'mail' && rest.length === 0) return await letter(name);
    return notFound(path, 'There is no such page.');
  }

  function overviewQuery(query: string | undefined) {
    const asked = new URLSearchParams(query);
    return {
      person: asked.get('person')?.trim() ?? '',
      page: Math.max(1, Math.floor(Number(asked.get('page') ?? 1)) || 1),
      updates: running() && asked.get('updates') !== 'off',
    };
  }

  function person(name: string): Answer {
    const userId = decoded(name);
    const found = mailbox.people.get(userId);
    return found === undefined
      ? notFound(`/people/${userId}`, `Nobody with the user id “${userId}” has been sent a letter so far.`)
      : page(personPage(found));
  }

  async function letter(name: string): Promise<Answer> {
    const [, offset, form] = /^(0|[1-9]\d{0,15})(\.html|\.txt)?$/.exec(name) ?? [];
    const found = mailbox.letters.get(Number(offset));
    const owner = found && mailbox.people.get(found.userId);
    const asked = `/mail/${decoded(name)}`;
    if (found === undefined || owner === undefined)
      return notFound(asked, 'A letter’s number is the byte at which it begins in mail.jsonl; none begins there.');
    const mail = await mailbox.read(found);
    if (form === undefined) return page(letterPage(found, mail, owner));
    const body = form === '.html' ? mail.html : mail.text;
    if (body === undefined) return notFound(asked, `The letter has no ${form === '.html' ? 'HTML' : 'plain text'}.`);
    return form === '.html' ? { status: 200, type: 'html', body: opening(body), foreign: true } : plain(body);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      (error: Error) => send(response, { ...plain(`the record cannot be read: ${error.message}\n`), status: 500 }),
    );
  });
  return listenHere(server, port);
}

const page = ({ markup }: { markup: string }): Answer => ({ status: 200, type: 'html', body: markup });
const plain = (body: string): Answer => ({ status: 200, type: 'plain', body });
const notFound = (asked: string, why: string): Answer => ({ ...page(notFoundPage(asked, why)), status: 404 });

/** The letter's links open beside it: within a frame they would show nothing. */
function opening(letter: string): string {
  return letter.replace('<head>', '<head><base target="_blank"/>');
}

/** Part of a path as it was meant; what no browser would have encoded so is left as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function send(response: ServerResponse, { status, type, body, foreign = false, headers }: Answer): void {
  response.writeHead(status, {
    ...HEADERS,
    'Content-Security-Policy': foreign ? LETTER_POLICY : OWN_POLICY,
    'Content-Type': `text/${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  // Of an answer to HEAD node sends the head only.
  response.end(body);
}
