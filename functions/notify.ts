/** One page, one notice: to whom, now? */
import { NoticeMessage } from './contracts/messages.ts';
import { worker } from './runtime/handler.ts';
import { notify } from './usecases/notify.ts';

export const handler = worker('notify', NoticeMessage, notify);
