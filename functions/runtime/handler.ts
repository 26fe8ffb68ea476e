/**
 * The one middy bundle of all functions: parse, call the use case, answer. A message that fails comes back alone; an
 * error leaves by its name only, because Lambda writes what is thrown into its log.
 */
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as v from 'valibot';

import type { FunctionName } from '../contracts/environment.ts';
import { type Instant, parseInstant } from '../domain/time.ts';
import type { World } from '../ports.ts';
import { createLog, nameOf, type RuntimeLog } from './log.ts';
import { createWorld, readEnvironment } from './world.ts';

type Step<M> = (world: World, message: M) => Promise<void>;
/** For each message, in order, the error that it met, or null. */
type BatchStep<M> = (world: World, messages: readonly M[]) => Promise<unknown[]>;

/** What a function does in a world that it is given; and once deployed, in the one that its environment names. */
type Serve<E, R> = (log: RuntimeLog, world: World) => (event: E, context: Context) => Promise<R>;

/** The handler that Lambda calls. */
export function deployed<E, R>(name: FunctionName, serve: Serve<E, R>) {
  const { log, world } = compose(name);
  return serve(log, world);
}

/** A step of the flow that takes its messages one by one. */
export function worker<M>(schema: v.GenericSchema<unknown, M>, step: Step<M>) {
  return batchWorker(schema, async (world, messages) => {
    const settled = [];
    for (const message of messages)
      settled.push(
        await step(world, message).then(
          () => null,
          (error: unknown) => error,
        ),
      );
    return settled;
  });
}

/** A step of the flow that takes a batch together. */
export function batchWorker<M>(
  schema: v.GenericSchema<unknown, M>,
  step: BatchStep<M>,
): Serve<SQSEvent, SQSBatchResponse> {
  return (log, world) => {
    const handle = middy(async (event: SQSEvent): Promise<PromiseSettledResult<void>[]> => {
      const parsed = event.Records.map(({ body }) => parse(schema, body));
      const messages = parsed.flatMap((each) => ('message' in each ? [each.message] : []));
      const errors = await step(world, messages);
      let at = 0;
      return parsed.map((each): PromiseSettledResult<void> => {
        const reason = 'message' in each ? errors[at++] : each.error;
        return reason === null ? { status: 'fulfilled', value: undefined } : { status: 'rejected', reason };
      });
    })
      .use(nameless(log))
      // Its own logger would write the whole record.
      .use(partialBatchFailure({ logger: (reason: unknown) => log.error('a message failed', reason) }));
    return handle as unknown as ReturnType<Serve<SQSEvent, SQSBatchResponse>>;
  };
}

/** A step that a clock starts; its instant is the event's, never the wall clock's. */
export function scheduled<W>(step: (world: W, now: Instant) => Promise<unknown>) {
  return (log: RuntimeLog, world: W) =>
    middy(async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
      await step(world, parseInstant(event.time));
    }).use(nameless(log));
}

export function compose(name: FunctionName): { log: RuntimeLog; world: World } {
  const log = createLog(name);
  return { log, world: createWorld(readEnvironment(name, process.env), log) };
}

function parse<M>(schema: v.GenericSchema<unknown, M>, body: string): { message: M } | { error: Error } {
  try {
    return { message: v.parse(schema, JSON.parse(body)) };
  } catch (error) {
    return { error: new Error('the message is not what its contract says', { cause: nameOf(error) }) };
  }
}

/** What is thrown is logged by its name, and thrown on by its name. */
export function nameless(log: RuntimeLog): middy.MiddlewareObj {
  return {
    onError: ({ error }) => {
      log.error('the call failed', error);
      throw new Error(nameOf(error));
    },
  };
}
