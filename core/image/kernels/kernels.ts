import { KERNELS_WASM } from './wasm.ts';

/** What assembly/ exports; the comments there say what each does. Places are in bytes. */
export interface Kernels {
  memory: WebAssembly.Memory;
  freeMemory(): number;
  start(
    rowA: number,
    rowB: number,
    ringA: number,
    ringB: number,
    columns: number,
    widthPx: number,
    paddedPx: number,
  ): void;
  addColourRow(): void;
  addGreyRow(): void;
  similarity(): number;
  squaredError(): number;
  widenRow(from: number, firsts: number, weights: number, to: number, widthPx: number): void;
  mixRows(upper: number, lower: number, lowerWeight: number, to: number, samples: number): void;
  sharpenRow(above: number, row: number, below: number, to: number, samples: number, factor: number): void;
  blendWithLevel(row: number, samples: number, level: number, factor: number): void;
  blendWithGrey(row: number, widthPx: number, factor: number): void;
  sumOfGreys(row: number, widthPx: number): number;
}

/** The kernels with memory laid out for one piece of work, which must end before the next one is laid out. */
export interface Workspace<Name extends string> {
  kernels: Kernels;
  /** All of the memory. */
  bytes: Uint8Array;
  /** Where each part begins in it. */
  places: Record<Name, number>;
}

const PAGE_BYTES = 65_536;

/** Vectors are loaded and stored without a penalty at multiples of a cache line. */
const ALIGNMENT_BYTES = 64;

let instance: Kernels | undefined;

/** Lays out memory: a part of zeros of each size, in bytes. */
export function layOut<Name extends string>(sizes: Record<Name, number>): Workspace<Name> {
  instance ??= instantiate();
  const { memory } = instance;
  const start = instance.freeMemory();
  let end = start;
  const places: Partial<Record<Name, number>> = {};
  for (const name in sizes) {
    const place = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    places[name] = place;
    end = place + sizes[name];
  }
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, start, end);
  return { kernels: instance, bytes, places: places as Record<Name, number> };
}

function instantiate(): Kernels {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNELS_WASM, 'base64')));
  return exports as Kernels;
}
