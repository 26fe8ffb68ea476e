/** Every minute: what is due and not done? */
import { deployed, scheduled } from './runtime/handler.ts';
import { tick } from './usecases/tick.ts';

/** In whatever world it is given. */
export const serve = scheduled(tick);
export const handler = deployed('tick', serve);
