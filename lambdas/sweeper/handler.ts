import { sweep } from '../../core/pipeline/sweep.ts';
import { awsPorts } from '../runtime/ports.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';

const ports = awsPorts();

/** Every few minutes: repairs the runs that are stuck, or ends them. */
export const handler = scheduledHandler('sweeper', () => sweep(ports));
