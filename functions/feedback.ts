/** What became of each mail. */
import { FeedbackMessage } from './contracts/messages.ts';
import { batchWorker, deployed } from './runtime/handler.ts';
import { feedback } from './usecases/feedback.ts';

/** In whatever world it is given. */
export const serve = batchWorker(FeedbackMessage, feedback);
export const handler = deployed('feedback', serve);
