import { useState } from 'react';
import { SAMPLES } from '../texts-on-demand.ts';
import { useUpload } from '../uploads/use-upload.ts';
import { readSamples, SAMPLE_FILES } from './samples.ts';

/** Photos to try the product with, for whoever has none at hand: they are uploaded as own ones would be. */
export function TrySamples() {
  const upload = useUpload();
  const [state, setState] = useState<'idle' | 'reading' | 'failed'>('idle');
  const send = async () => {
    setState('reading');
    try {
      await upload(await readSamples());
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return (
    <section className="try-samples" aria-labelledby="try-samples">
      <h2 id="try-samples">{SAMPLES.title}</h2>
      <ul className="sample-list">
        {SAMPLE_FILES.map(({ name, address }) => (
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
