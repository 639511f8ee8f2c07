import { LABEL_MODELS, LABEL_MODES } from '../../core/labels/models.ts';
import { loadModel } from '../../labels/model.ts';

/*
 * A process with one model and without sharp, which classifies some pictures: node one-model.ts <mode>. It prints what
 * loading took, from the start of the work to a model that was tried, and the memory that the process then has.
 */

const PICTURES = 20;

const mode = LABEL_MODES.find((each) => each === process.argv[2]);
if (mode === undefined) throw new Error(`expected ${LABEL_MODES.join(', ')}, received ${process.argv[2]}`);
const startedMs = performance.now();
const model = await loadModel(mode);
const loadMs = performance.now() - startedMs;
const input = new Uint8Array(3 * LABEL_MODELS[mode].sidePx ** 2).map(
  (_, index) => (index * 2_654_435_761) >>> 24,
);
for (let picture = 0; picture < PICTURES; picture += 1) await model.classify(input);
// What Linux counts at most, in KiB; not what is left at the end.
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ loadMs, peakBytes, rssBytes: process.memoryUsage().rss }));
