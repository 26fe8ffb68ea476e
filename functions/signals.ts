/** What people, or the platform for them, have told us. */
import { SignalMessage } from './contracts/messages.ts';
import { deployed, worker } from './runtime/handler.ts';
import { takeSignal } from './usecases/signals.ts';

/** In whatever world it is given. */
export const serve = worker(SignalMessage, takeSignal);
export const handler = deployed('signals', serve);
