import { type Principal, requireExport } from '../access.ts';
import type { SignedLink } from '../images/sign-links.ts';
import { archiveKey } from '../names.ts';
import type { ApiPorts } from '../ports.ts';
import type { ExportRecord } from './export-record.ts';

export interface ShownExport {
  record: ExportRecord;
  /** The archive, once the export is COMPLETE. */
  link: SignedLink | null;
}

/**
 * An export of the principal's own, with a link to its archive.
 *
 * @throws NotFoundError where there is none, or it has expired; ForbiddenError
 */
export async function showExport(
  ports: ApiPorts,
  principal: Principal,
  exportId: string,
): Promise<ShownExport> {
  const found = await ports.exports.get(exportId);
  const isKept = found !== undefined && found.expiresAt > ports.clock.now().toISOString();
  const record = requireExport(principal, exportId, isKept ? found : undefined);
  if (record.state !== 'COMPLETE') return { record, link: null };
  const ref = { bucket: ports.settings.processedBucket, key: archiveKey(exportId) };
  const downloadName = `darkroom-${record.createdAt.slice(0, 10)}-${exportId.slice(0, 6)}.zip`;
  return { record, link: await ports.links.sign(ref, { downloadName }) };
}
