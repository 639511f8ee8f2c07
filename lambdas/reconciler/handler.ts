import { reconcile } from '../../core/pipeline/reconcile.ts';
import { functionPorts } from '../runtime/ports.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { readSettings } from '../runtime/settings.ts';

const ports = functionPorts(readSettings());

/** Once a day: ingests every upload that the catalog does not know. */
export const handler = scheduledHandler('reconciler', () => reconcile(ports));
