import { useState } from 'react';
import { SAMPLES } from '../texts-on-demand.ts';
import { useUpload } from '../uploads/use-upload.ts';

/** The photos of samples/, whose licences are in SOURCES.md there: files of the app, by path. */
const ADDRESSES = import.meta.glob<string>('../../samples/*.{jpg,png}', {
  query: '?url',
  import: 'default',
  eager: true,
});
const TYPES: Readonly<Record<string, string>> = { jpg: 'image/jpeg', png: 'image/png' };

const FILES = Object.entries(ADDRESSES).map(([path, address]) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, address, type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? '' };
});

/** Photos to try the product with, for whoever has none at hand: they are uploaded as own ones would be. */
export function TrySamples() {
  const upload = useUpload();
  const [state, setState] = useState<'idle' | 'reading' | 'failed'>('idle');
  const send = async () => {
    setState('reading');
    try {
      await upload(await Promise.all(FILES.map(readSample)));
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return (
    <section className="try-samples" aria-labelledby="try-samples">
      <h2 id="try-samples">{SAMPLES.title}</h2>
      <ul className="sample-list">
        {FILES.map(({ name, address }) => (
          <li key={name}>
            <img
              className="sample"
              src={address}
              alt={SAMPLES.names[name] ?? name}
              width={144}
              height={108}
            />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button"
        data-kind="primary"
        disabled={state === 'reading'}
        onClick={() => void send()}
      >
        {SAMPLES.send}
      </button>
      <p className="secondary dense">{SAMPLES.licence}</p>
      {state === 'failed' && <p role="alert">{SAMPLES.failed}</p>}
    </section>
  );
}

async function readSample({ name, address, type }: (typeof FILES)[number]): Promise<File> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`expected the sample ${name}, received the status ${response.status}`);
  return new File([await response.blob()], name, { type });
}
