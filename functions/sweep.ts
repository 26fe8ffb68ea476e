/** A segment of the encrypted chats: who is new, which are due? */
import { SweepMessage } from './contracts/messages.ts';
import { deployed, worker } from './runtime/handler.ts';
import { sweep } from './usecases/sweep.ts';

/** In whatever world it is given. */
export const serve = worker(SweepMessage, sweep);
export const handler = deployed('sweep', serve);
