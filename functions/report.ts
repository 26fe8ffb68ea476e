/** Every night: the figures. */
import { deployed, scheduled } from './runtime/handler.ts';
import { report } from './usecases/report.ts';

/** In whatever world it is given. */
export const serve = scheduled(report);
export const handler = deployed('report', serve);
