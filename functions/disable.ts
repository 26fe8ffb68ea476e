/** Nominated chats: may they be disabled? */
import { DisableMessage } from './contracts/messages.ts';
import { deployed, worker } from './runtime/handler.ts';
import { disable } from './usecases/disable.ts';

/** In whatever world it is given. */
export const serve = worker(DisableMessage, disable);
export const handler = deployed('disable', serve);
