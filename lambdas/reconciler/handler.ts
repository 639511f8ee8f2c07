import { reconcile } from '../../core/pipeline/reconcile.ts';
import { awsPorts } from '../runtime/ports.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';

const ports = awsPorts();

/** Daily: ingests what is in the source bucket and not in the catalog. */
export const handler = scheduledHandler('reconciler', () => reconcile(ports));
