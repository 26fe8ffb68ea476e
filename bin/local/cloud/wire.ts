/**
 * What passes between the functions and the services, seen from the services' side: who asked for what is counted
 * here, on the wire, and not in the code that asks. A function is known by the application id in its user agent;
 * whoever has none is the outside world and is not counted.
 */
import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** By function, then by request: `{ notify: { 'DynamoDB.Query': 12 } }`. */
export type RequestCounts = Record<string, Record<string, number>>;

export interface Exchange {
  readonly caller: string | undefined;
  /** From the target header, e.g. `DynamoDB.Query`; absent where the action stands in the body. */
  readonly action: string | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Wire {
  /** Serves on a free port of the loopback interface and answers its address; every request passes through here. */
  listen(server: Server, watch?: (exchange: Exchange) => void): Promise<string>;
  /** Puts a server that already listens on the wire. */
  tap(server: Server, watch?: (exchange: Exchange) => void): void;
  count(caller: string | undefined, action: string): void;
  counts(): RequestCounts;
  /** Why the caller may not do this, as AWS says it; undefined: they may. */
  refusal(caller: string | undefined, action: string): string | undefined;
  /** Requests of this function that have no answer yet. */
  open(caller: string): number;
}

/** A whole request of a function, as whoever decides its fate sees it. */
export interface Sought {
  readonly caller: string;
  readonly action: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
/**
 * When a function's process dies at a request: before the service has seen it; once it was served, with the reply lost;
 * or with the whole reply delivered, before anything else that it then does is heard of.
 */
export type Death = 'before' | 'accepted' | 'replied';

export interface WireOptions {
  /** Called whenever a request has come or gone. */
  changed(caller: string): void;
  /** Whether the caller dies at this request. Without it nobody does, and no request is held up to be read first. */
  readonly fate?: ((request: Sought) => Death | undefined) | undefined;
  kill(caller: string): void;
  /** Whoever dies of the next thing that they do, of which then nothing comes. Without it nobody dies after a reply. */
  readonly doomed?: { add(caller: string): void; has(caller: string): boolean };
  /** Whether the caller's role allows the action. */
  allows(caller: string, action: string): boolean;
}

const SERVICES: Record<string, string> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  AWSEvents: 'EventBridge',
  TrentService: 'KMS',
  GraniteServiceVersion20100801: 'CloudWatch',
};

/** The name ends at the dot. The rest keeps Powertools from appending more than a user agent may carry. */
export const applicationId = (functionName: string) => `${functionName}./PTEnv/`;

export const callerOf = (request: IncomingMessage) =>
  / app\/([^ .]+)\./.exec(
    `${request.headers['user-agent'] ?? ''} ${String(request.headers['x-amz-user-agent'] ?? '')}`,
  )?.[1];

function actionOf(request: IncomingMessage): string | undefined {
  const [service, action] = String(request.headers['x-amz-target'] ?? '').split('.');
  return service && action ? `${SERVICES[service] ?? service}.${action}` : undefined;
}

export function createWire({ changed, fate, kill, doomed, allows }: WireOptions): Wire {
  const counts: RequestCounts = {};
  const open = new Map<string, number>();

  const wire: Wire = {
    async listen(server, watch) {
      const address = await listen(server);
      wire.tap(server, watch);
      return address;
    },
    tap(server, watch) {
      // A connection that the server closed while it was idle in virtual time would fail the next request on it.
      server.keepAliveTimeout = 0;
      const serve = server.listeners('request');
      server.removeAllListeners('request');
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        // The SDK would take the header for the true time, and then retry every client error.
        response.sendDate = false;
        const caller = callerOf(request);
        const action = actionOf(request);
        const pass = (whole: IncomingMessage) => {
          const refusal = action === undefined ? undefined : wire.refusal(caller, action);
          if (refusal !== undefined) {
            response.statusCode = 400;
            response.setHeader('content-type', 'application/x-amz-json-1.0');
            response.end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
            return;
          }
          watch?.({ caller, action, request: whole, response });
          for (const listener of serve) listener.call(server, whole, response);
        };
        if (!caller) {
          pass(request);
          return;
        }
        if (action) wire.count(caller, action);
        open.set(caller, (open.get(caller) ?? 0) + 1);
        changed(caller);
        response.once('close', () => {
          open.set(caller, (open.get(caller) ?? 1) - 1);
          changed(caller);
        });
        if (doomed?.has(caller) === true) {
          request.socket.destroy();
          return;
        }
        if (fate === undefined) {
          pass(request);
          return;
        }
        buffer(request).then(
          (body) => {
            const { method = '', url: path = '' } = request;
            const death = fate({ caller, action, method, path, body: body.toString('utf8') });
            const die = () => {
              kill(caller);
              request.socket.destroy();
              return response;
            };
            if (death === 'before') {
              die();
              return;
            }
            if (death === 'accepted') response.end = die;
            if (death === 'replied') response.once('finish', () => doomed?.add(caller));
            pass(again(request, body));
          },
          // Whoever broke off their request has died meanwhile.
          () => response.destroy(),
        );
      });
    },
    count(caller, action) {
      if (!caller) return;
      const mine = (counts[caller] ??= {});
      mine[action] = (mine[action] ?? 0) + 1;
    },
    counts: () => structuredClone(counts),
    refusal: (caller, action) =>
      caller === undefined || allows(caller, action)
        ? undefined
        : `${caller} is not authorized to perform ${action}: no policy of its role in the template allows it`,
    open: (caller) => open.get(caller) ?? 0,
  };
  return wire;
}

/** A request that was read, as it was before it was read. */
function again(read: IncomingMessage, body: Buffer): IncomingMessage {
  const request = new IncomingMessage(read.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = read;
  Object.assign(request, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor });
  request.complete = true;
  request.push(body);
  request.push(null);
  return request;
}

/** Listens on a free port of the loopback interface and answers the address; nothing of it is on the wire. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Reads a whole request body as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
