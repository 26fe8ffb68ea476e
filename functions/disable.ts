/** Nominated chats: may they be disabled? */
import { DisableMessage } from './contracts/messages.ts';
import { worker } from './runtime/handler.ts';
import { disable } from './usecases/disable.ts';

export const handler = worker('disable', DisableMessage, disable);
