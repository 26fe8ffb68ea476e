/** What became of each mail. */
import { FeedbackMessage } from './contracts/messages.ts';
import { batchWorker } from './runtime/handler.ts';
import { feedback } from './usecases/feedback.ts';

export const handler = batchWorker('feedback', FeedbackMessage, feedback);
