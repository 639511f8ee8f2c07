import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { csvOf } from '../../core/csv.ts';
import { PermanentError, reasonOf } from '../../core/errors.ts';
import { imagingWith } from '../../core/image/imaging.ts';
import type { ImageLimits, Imaging } from '../../core/image/types.ts';
import { originalSizeRecipe } from '../../core/images/original-size.ts';
import {
  type Classification,
  DEFAULT_MIN_CONFIDENCE,
  isRecognised,
} from '../../core/labels/classification.ts';
import { LABEL_MODES, type LabelMode } from '../../core/labels/models.ts';
import type { Classifier } from '../../core/ports.ts';
import { findHeicDecoder } from '../../heic/find-decoder.ts';
import { SessionClassifier } from '../../labels/classifier.ts';
import { loadConfig } from '../../local/config.ts';
import { formatTable } from '../console/table.ts';
import { printable } from '../console/text.ts';
import { findInputs, type Input } from '../process/inputs.ts';
import { type Command, parseOptions, UsageError } from '../usage.ts';

export const classifyCommand: Command = {
  help: `Usage: darkroom classify <file|folder>... [options]

Says what pictures show: the most likely of the 1,000 classes of ImageNet, which has animals, plants, things and food, and no
people, scenes or documents. Install what it needs once, with: npm ci --prefix labels

Options:
  --mode MODE            fast, balanced or accurate (default: fast). The others are made with: npm run labels:model -- MODE
  --min-confidence N     From 0 to 1 (default: ${DEFAULT_MIN_CONFIDENCE}). Below it, nothing counts as recognised
  --json                 Print one JSON object per line, with the five most likely classes
  --csv                  Print filename,prediction,confidence; the prediction is empty where nothing was recognised
  --config FILE          Read the limits from this config file (default: darkroom.config.json, if it exists)

Exit status: 0 if all could be read, 3 if some could not, 2 for wrong usage.`,

  async run(args) {
    const { values, positionals } = parseOptions(args, {
      mode: { type: 'string', default: 'fast' },
      'min-confidence': { type: 'string', default: String(DEFAULT_MIN_CONFIDENCE) },
      json: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
      config: { type: 'string' },
    });
    if (positionals.length === 0) throw new UsageError('classify: expected files or folders, received none');
    if (values.json && values.csv) throw new UsageError('classify: expected --json or --csv, received both');
    const mode = readMode(values.mode);
    const minConfidence = readConfidence(values['min-confidence']);
    const { limits } = loadConfig({ path: values.config });
    const { inputs } = await findInputs(positionals, []);
    const classifier = new SessionClassifier();
    // First, so that a missing model shows before the first picture.
    await classifier.prepare(mode);
    const tools = { imaging: imagingWith({ decodeHeic: findHeicDecoder() }), classifier, limits };
    const printer = printerOf(values, minConfidence);
    const results: Result[] = [];
    for (const input of inputs) {
      const result = await classify(tools, input, mode);
      printer.each(result);
      results.push(result);
    }
    printer.end(results);
    await classifier.close();
    return results.some(({ error }) => error !== undefined) ? 3 : 0;
  },
};

interface Tools {
  imaging: Imaging;
  classifier: Classifier;
  limits: ImageLimits;
}

interface Result {
  label: string;
  classification?: Classification;
  error?: { code: string; message: string };
}

function readMode(given: string): LabelMode {
  const mode = LABEL_MODES.find((name) => name === given);
  if (mode) return mode;
  throw new UsageError(
    `classify --mode: expected one of ${LABEL_MODES.join(', ')}, received ${JSON.stringify(given)}`,
  );
}

function readConfidence(given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new UsageError(
    `classify --min-confidence: expected a number from 0 to 1, received ${JSON.stringify(given)}`,
  );
}

async function classify(
  { imaging, classifier, limits }: Tools,
  { label, path, problem }: Input,
  mode: LabelMode,
): Promise<Result> {
  if (problem) return { label, error: problem };
  try {
    const bytes = await read(path, limits.maxBytes);
    const input = await imaging.labelInput(bytes, mode, originalSizeRecipe('#ffffff'), limits);
    return { label, classification: await classifier.classify(input, mode) };
  } catch (error) {
    if (error instanceof PermanentError) return { label, error: reasonOf(error) };
    const isOfFile = error instanceof Error && 'code' in error && typeof error.code === 'string';
    if (!isOfFile) throw error;
    return { label, error: { code: 'UNREADABLE_FILE', message: error.message } };
  }
}

/** @throws PermanentError where the file is larger; it is not read then */
async function read(path: string, maxBytes: number): Promise<Buffer> {
  const { size } = await stat(path);
  if (size <= maxBytes) return buffer(createReadStream(path));
  throw new PermanentError(
    'IMAGE_TOO_LARGE',
    `The file has ${size} bytes; up to ${maxBytes} are read (limits.maxBytes).`,
  );
}

interface Printer {
  each(result: Result): void;
  end(results: readonly Result[]): void;
}

function printerOf({ json, csv }: { json: boolean; csv: boolean }, minConfidence: number): Printer {
  if (json) return { each: (result) => console.log(jsonLine(result, minConfidence)), end: () => {} };
  if (!csv) return { each: reportError, end: (results) => printTable(results, minConfidence) };
  process.stdout.write(csvOf([['filename', 'prediction', 'confidence']]));
  return {
    each: (result) => {
      reportError(result);
      const { label, classification } = result;
      const first = recognised(classification, minConfidence);
      process.stdout.write(csvOf([[label, first?.name, first?.confidence.toFixed(4)]]));
    },
    end: () => {},
  };
}

function reportError({ label, error }: Result): void {
  if (error) console.error(`${printable(label)}: ${printable(error.message)}`);
}

function recognised(classification: Classification | undefined, minConfidence: number) {
  if (!classification || !isRecognised(classification, minConfidence)) return undefined;
  return classification.predictions[0];
}

function jsonLine({ label, classification, error }: Result, minConfidence: number): string {
  if (!classification) return JSON.stringify({ input: label, outcome: null, error });
  const outcome = isRecognised(classification, minConfidence) ? 'recognised' : 'nothing-recognised';
  const { model, sha256, predictions } = classification;
  return JSON.stringify({ input: label, outcome, predictions, model, modelSha256: sha256, error: null });
}

function printTable(results: readonly Result[], minConfidence: number): void {
  const rows = results.map(({ label, classification, error }) => {
    const first = recognised(classification, minConfidence);
    const shows = first?.name ?? (error ? error.code : 'nothing recognised');
    const confidence = classification?.predictions[0]?.confidence;
    const percent = confidence === undefined ? '' : `${(100 * confidence).toFixed(0)} %`;
    return [printable(label), printable(shows), percent, first?.band ?? ''];
  });
  const columns = [
    { title: 'file', shrinks: true },
    { title: 'shows' },
    { title: 'confidence', align: 'right' },
    { title: 'band' },
  ] as const;
  for (const line of formatTable(columns, rows)) console.log(line);
}
