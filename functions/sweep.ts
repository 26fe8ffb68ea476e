/** A segment of the encrypted chats: who is new, which are due? */
import { SweepMessage } from './contracts/messages.ts';
import { worker } from './runtime/handler.ts';
import { sweep } from './usecases/sweep.ts';

export const handler = worker('sweep', SweepMessage, sweep);
