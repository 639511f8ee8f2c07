import { reconcile } from '../../core/pipeline/reconcile.ts';
import { functionPorts } from '../runtime/ports.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = functionPorts(readSettings());

/** Daily: ingests what is in the source bucket and not in the catalog. */
export const handler = scheduledHandler('reconciler', () => reconcile(ports));
