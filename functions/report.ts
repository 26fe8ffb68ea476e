/** Every night: the figures. */
import { scheduled } from './runtime/handler.ts';
import { report } from './usecases/report.ts';

export const handler = scheduled('report', report);
