import { Download } from 'lucide-react';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';

const load = () => import('./download-selection.ts');

/** What can be downloaded of the selected images. */
export function DownloadMenu({ ids }: { ids: readonly string[] }) {
  const session = useSession();
  const choices = [
    { text: TEXTS.download.results, run: async () => (await load()).downloadZip(session, ids, 'processed') },
    { text: TEXTS.download.originals, run: async () => (await load()).downloadZip(session, ids, 'original') },
    { text: TEXTS.download.table, run: async () => (await load()).downloadCsv(session, ids) },
  ];
  return (
    <>
      <button type="button" className="button" popoverTarget="download-menu">
        <Download size={16} aria-hidden />
        <span className="wide">{TEXTS.download.menu}</span>
      </button>
      <div id="download-menu" popover="auto" className="menu floating">
        {choices.map(({ text, run }) => (
          <button
            key={text}
            type="button"
            className="button"
            data-kind="quiet"
            popoverTarget="download-menu"
            popoverTargetAction="hide"
            onClick={() => void run()}
          >
            {text}
          </button>
        ))}
      </div>
    </>
  );
}
