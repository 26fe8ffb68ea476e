/** An open run: which pages? */
import { DispatchMessage } from './contracts/messages.ts';
import { deployed, worker } from './runtime/handler.ts';
import { dispatch } from './usecases/dispatch.ts';

/** In whatever world it is given. */
export const serve = worker(DispatchMessage, dispatch);
export const handler = deployed('dispatch', serve);
