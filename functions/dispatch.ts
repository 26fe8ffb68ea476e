/** An open run: which pages? */
import { DispatchMessage } from './contracts/messages.ts';
import { worker } from './runtime/handler.ts';
import { dispatch } from './usecases/dispatch.ts';

export const handler = worker('dispatch', DispatchMessage, dispatch);
