/** A service of AWS, as far as one test needs it: answers each request as it is told and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
/** `null` breaks the connection off. */
export type Answer = { readonly status?: number; readonly body: string } | null;

export interface Service {
  readonly endpoint: string;
  readonly asked: Asked[];
  /** Set by each test. */
  answer: (asked: Asked) => Answer;
  stop(): Promise<void>;
}

/** What every client of a test is made with: no retry, no credentials of this machine. */
export function clientOf({ endpoint }: Service) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

export async function startService(contentType: string): Promise<Service> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const asked = { headers: request.headers, body };
      service.asked.push(asked);
      const answer = service.answer(asked);
      if (answer === null) return request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': contentType }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: Service = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: () => null,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}
