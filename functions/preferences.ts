/** The page behind the link in each letter. */
import { page } from './runtime/handler.ts';
import { preferences } from './usecases/preferences.ts';

export const handler = page('preferences', preferences);
