import { useQuery } from '@tanstack/react-query';
import { Download, Images } from 'lucide-react';
import { type DragEvent, useEffect, useState } from 'react';
import type { LabelMode } from '../../client/types.ts';
import { limitsOptions } from '../app/queries.ts';
import { useSession } from '../app/session.ts';
import { readSamples } from '../gallery/samples.ts';
import { TEXTS } from '../texts.ts';
import { LABELS } from '../texts-on-demand.ts';
import { droppedFiles } from '../uploads/dropped-files.ts';
import { type AskedFile, classifiedCsv, recognised } from './classified.ts';
import { PredictionBars } from './prediction-bars.tsx';
import { useClassifier } from './use-classifier.ts';

const DEFAULT_MIN_CONFIDENCE = 0.3;

/** Says what pictures show. None of them is kept. */
export function LabelsPage() {
  const { data: limits } = useQuery(limitsOptions(useSession()));
  useEffect(() => {
    document.title = `${LABELS.title} – ${TEXTS.name}`;
  }, []);
  if (limits === undefined) return <p className="message secondary">{TEXTS.image.loading}</p>;
  const [mode] = limits.labelModes;
  if (mode === undefined) return <p className="message">{LABELS.off}</p>;
  return <Classifier modes={limits.labelModes} first={mode} />;
}

function Classifier({ modes, first }: { modes: readonly LabelMode[]; first: LabelMode }) {
  const [mode, setMode] = useState(first);
  const [minConfidence, setMinConfidence] = useState(DEFAULT_MIN_CONFIDENCE);
  const { files, ask } = useClassifier(mode);
  const take = async (transfer: DataTransfer) => void ask(await droppedFiles(transfer));
  // Elsewhere, files that are dropped are uploaded.
  const own = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button beside it does the same
    <div
      className="labels-page"
      onDragEnter={own}
      onDragOver={own}
      onDragLeave={own}
      onDrop={(event) => {
        own(event);
        void take(event.dataTransfer);
      }}
    >
      <h1>{LABELS.title}</h1>
      <p className="secondary">{LABELS.hint}</p>
      <div className="row">
        <label className="button" data-kind="primary">
          <Images size={16} aria-hidden />
          {LABELS.choose}
          <input
            type="file"
            multiple
            className="visually-hidden"
            onChange={({ target }) => {
              void ask([...(target.files ?? [])]);
              target.value = '';
            }}
          />
        </label>
        <button type="button" className="button" onClick={() => void readSamples().then(ask)}>
          {LABELS.samples}
        </button>
        <Settings {...{ modes, mode, setMode, minConfidence, setMinConfidence }} />
        {files.length > 0 && (
          <button type="button" className="button" onClick={() => save(classifiedCsv(files, minConfidence))}>
            <Download size={16} aria-hidden />
            {LABELS.csv}
          </button>
        )}
      </div>
      <ul className="classified" aria-live="polite">
        {files.map((file) => (
          <Answer key={file.id} file={file} minConfidence={minConfidence} />
        ))}
      </ul>
    </div>
  );
}

interface SettingsProps {
  modes: readonly LabelMode[];
  mode: LabelMode;
  setMode(mode: LabelMode): void;
  minConfidence: number;
  setMinConfidence(value: number): void;
}

function Settings({ modes, mode, setMode, minConfidence, setMinConfidence }: SettingsProps) {
  return (
    <>
      <label className="field">
        <span>{LABELS.mode}</span>
        <select
          className="input"
          value={mode}
          onChange={({ target }) => {
            const chosen = modes.find((each) => each === target.value);
            if (chosen) setMode(chosen);
          }}
        >
          {modes.map((each) => (
            <option key={each} value={each}>
              {LABELS.modes[each]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{LABELS.threshold(minConfidence)}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={minConfidence}
          onChange={({ target }) => setMinConfidence(target.valueAsNumber)}
        />
      </label>
    </>
  );
}

function Answer({ file, minConfidence }: { file: AskedFile; minConfidence: number }) {
  const { name, address, answer, problem } = file;
  const first = recognised(answer, minConfidence);
  return (
    <li>
      <img src={address} alt="" width={144} height={108} />
      <div>
        <h2>{first?.name ?? (answer ? LABELS.nothing(minConfidence) : name)}</h2>
        <p className="secondary dense">{name}</p>
        {problem !== undefined && <p>{problem}</p>}
        {answer === undefined && problem === undefined && <p className="secondary">{LABELS.pending}</p>}
        {answer && <PredictionBars predictions={answer.predictions} minConfidence={minConfidence} />}
      </div>
    </li>
  );
}

function save(csv: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  anchor.download = 'darkroom-labels.csv';
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
