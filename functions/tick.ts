/** Every minute: what is due and not done? */
import { scheduled } from './runtime/handler.ts';
import { tick } from './usecases/tick.ts';

export const handler = scheduled('tick', tick);
