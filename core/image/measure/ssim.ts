/** Side of the sliding window, in pixels. */
export const WINDOW_PX = 7;

const COUNT = WINDOW_PX * WINDOW_PX;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * The mean structural similarity of two grey planes of equal size, −1..1; null where a side is under 7 px.
 * As scikit-image has it by default: 7×7 uniform window, sample covariance, K1 0.01, K2 0.03, data range 255,
 * averaged over the windows that lie wholly inside.
 *
 * @see https://scikit-image.org/docs/0.19.x/api/skimage.metrics.html#skimage.metrics.structural_similarity
 */
export function ssimGrey(a: Uint8Array, b: Uint8Array, widthPx: number, heightPx: number): number | null {
  if (widthPx < WINDOW_PX || heightPx < WINDOW_PX) return null;
  const columns = new Int32Array(4 * widthPx);
  let sum = 0;
  for (let y = 0; y < heightPx; y++) {
    addRow(columns, a, b, y * widthPx, widthPx, 1);
    if (y >= WINDOW_PX) addRow(columns, a, b, (y - WINDOW_PX) * widthPx, widthPx, -1);
    if (y >= WINDOW_PX - 1) sum += sumOfRow(columns, widthPx);
  }
  return sum / ((widthPx - WINDOW_PX + 1) * (heightPx - WINDOW_PX + 1));
}

/** Adds a row to the sums over each column of a, b, a² + b² and ab, or takes it off them (sign −1). */
function addRow(
  columns: Int32Array,
  a: Uint8Array,
  b: Uint8Array,
  start: number,
  widthPx: number,
  sign: number,
): void {
  for (let x = 0, at = 0; x < widthPx; x++, at += 4) {
    const p = a[start + x] ?? 0;
    const q = b[start + x] ?? 0;
    columns[at] = (columns[at] ?? 0) + sign * p;
    columns[at + 1] = (columns[at + 1] ?? 0) + sign * q;
    columns[at + 2] = (columns[at + 2] ?? 0) + sign * (p * p + q * q);
    columns[at + 3] = (columns[at + 3] ?? 0) + sign * p * q;
  }
}

/** The sum of the similarities of all windows of one row. */
function sumOfRow(columns: Int32Array, widthPx: number): number {
  let [a, b, squares, products] = [0, 0, 0, 0];
  let sum = 0;
  for (let x = 0, at = 0; x < widthPx; x++, at += 4) {
    a += columns[at] ?? 0;
    b += columns[at + 1] ?? 0;
    squares += columns[at + 2] ?? 0;
    products += columns[at + 3] ?? 0;
    if (x < WINDOW_PX - 1) continue;
    sum += similarity(a, b, squares, products);
    const old = at - 4 * (WINDOW_PX - 1);
    a -= columns[old] ?? 0;
    b -= columns[old + 1] ?? 0;
    squares -= columns[old + 2] ?? 0;
    products -= columns[old + 3] ?? 0;
  }
  return sum;
}

/** The similarity of one window from its integer sums, so that nothing cancels in flat regions. */
function similarity(a: number, b: number, squares: number, products: number): number {
  const scale = COUNT * (COUNT - 1);
  const means = 2 * a * b + C1 * COUNT * COUNT;
  const powers = a * a + b * b + C1 * COUNT * COUNT;
  const covariance = 2 * (COUNT * products - a * b) + C2 * scale;
  const variances = COUNT * squares - a * a - b * b + C2 * scale;
  return (means * covariance) / (powers * variances);
}
