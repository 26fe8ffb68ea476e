/** How many requests a process has made, as they go over the wire: repetitions count, what was put together counts once. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: (next: (x: any) => Promise<any>) => (x: any) => Promise<any>,
      options: { readonly step: 'finalizeRequest'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
}

/** @returns what the clients have asked for since */
export function countRequests(...clients: readonly Client[]): () => number {
  let requests = 0;
  for (const { middlewareStack } of clients)
    middlewareStack.add(
      (next) => (x) => {
        requests += 1;
        return next(x);
      },
      // Behind the client's own repetitions.
      { step: 'finalizeRequest', priority: 'low', name: 'countRequests' },
    );
  return () => requests;
}
