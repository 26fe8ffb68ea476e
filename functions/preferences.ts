/** The page behind the link in each letter. */
import { page } from './runtime/page.ts';
import { preferences } from './usecases/preferences.ts';

export const handler = page('preferences', preferences);
