import { sweep } from '../../core/pipeline/sweep.ts';
import { awsPorts } from '../shared/ports.ts';
import { scheduledHandler } from '../shared/scheduled-handler.ts';

const ports = awsPorts();

/** Every few minutes: repairs the runs that are stuck, or ends them. */
export const handler = scheduledHandler('sweeper', () => sweep(ports));
