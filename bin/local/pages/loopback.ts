/** Pages for whoever sits at this machine, and for nobody else. */
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { closeServer } from '../cloud/wire.ts';

export interface Here {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** @param port 0: any that is free. Throws where it is taken. */
export async function listenHere(server: Server, port: number): Promise<Here> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${portOf(server)}/`, close: () => closeServer(server) };
}

/** Why a request is not answered: another name for this address would let a page from elsewhere read ours (DNS rebinding). */
export function otherName(server: Server, { headers }: IncomingMessage): string | undefined {
  const own = portOf(server);
  if ([`127.0.0.1:${own}`, `localhost:${own}`].includes(headers.host ?? '')) return undefined;
  return `this is 127.0.0.1:${own}, asked for under another name\n`;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
