/** What people, or the platform for them, have told us. */
import { SignalMessage } from './contracts/messages.ts';
import { worker } from './runtime/handler.ts';
import { takeSignal } from './usecases/signals.ts';

export const handler = worker('signals', SignalMessage, takeSignal);
