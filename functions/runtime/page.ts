/** Around the page that anybody can open: from a request to what it asks for, and from an answer to a response. */
import middy from '@middy/core';
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';

import type { FunctionName } from '../contracts/environment.ts';
import { PAGE_FAILED } from '../contracts/log-lines.ts';
import type { World } from '../ports.ts';
import { failure, type PageAnswer, type PageRequest } from '../usecases/preferences.ts';
import { compose, nameless } from './handler.ts';
import { PAGE_PATH } from './world.ts';

/** A page that people open; nothing of what they sent, and nothing that went wrong, stands in a log line. */
export function page(name: FunctionName, step: (world: World, request: PageRequest) => Promise<PageAnswer>) {
  const { log, world } = compose(name);
  return middy(async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
    const { http } = event.requestContext;
    const languages = event.headers['accept-language'] ?? '';
    const answer = await step(world, {
      method: http.method,
      // Whatever stands before: a proxy may keep a path of its own.
      token: event.rawPath.split(`/${PAGE_PATH}`).at(-1) ?? '',
      choice: formOf(event).get('choice'),
      languages,
    }).catch((error: unknown) => {
      log.error(PAGE_FAILED, error);
      return failure(languages);
    });
    return { statusCode: answer.status, headers: answer.headers, body: http.method === 'HEAD' ? '' : answer.html };
  }).use(nameless(log));
}

/** The page's own forms have a few letters. */
const LONGEST_FORM = 1024;

function formOf({ body, isBase64Encoded }: LambdaFunctionURLEvent): URLSearchParams {
  if (body === undefined || body.length > LONGEST_FORM) return new URLSearchParams();
  return new URLSearchParams(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
}
