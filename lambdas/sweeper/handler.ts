import { sweep } from '../../core/pipeline/sweep.ts';
import { functionPorts } from '../runtime/ports.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = functionPorts(readSettings());

/** Every five minutes: repairs the runs that are stuck, or ends them. */
export const handler = scheduledHandler('sweeper', () => sweep(ports));
