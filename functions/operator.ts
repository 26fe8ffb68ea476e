/** What operators ask for, signed with their own credentials. */
import { api } from './runtime/api.ts';

export const handler = api();
