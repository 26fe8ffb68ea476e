/** One page, one notice: to whom, now? */
import { NoticeMessage } from './contracts/messages.ts';
import { deployed, worker } from './runtime/handler.ts';
import { notify } from './usecases/notify.ts';

/** In whatever world it is given. */
export const serve = worker(NoticeMessage, notify);
export const handler = deployed('notify', serve);
