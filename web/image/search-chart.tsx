import { TEXTS } from '../texts.ts';
import { bytesOf } from '../ui/format.ts';
import type { EncoderSearch } from './exif.ts';

const [WIDTH, HEIGHT, MARGIN] = [272, 140, 28];

/** Every try of the encoder: its size and its score, with the target as a line and the choice marked. */
export function SearchChart({ search }: { search: EncoderSearch }) {
  const isScore = search.targetQuality !== null;
  const target = search.targetQuality ?? search.targetSsim ?? 0;
  const tries = search.tries.flatMap(({ format, quality, bytes, ssim, ssimulacra2 }) => {
    const value = isScore ? ssimulacra2 : ssim;
    return value === null || value === undefined ? [] : [{ format, quality, bytes, value }];
  });
  if (tries.length === 0) return null;
  const [xLow, xHigh] = range(tries.map(({ bytes }) => bytes));
  const [yLow, yHigh] = range([target, ...tries.map(({ value }) => value)]);
  const x = (bytes: number) => MARGIN + ((bytes - xLow) / (xHigh - xLow)) * (WIDTH - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - ((value - yLow) / (yHigh - yLow)) * (HEIGHT - 2 * MARGIN);
  const { chosen } = search;
  return (
    <figure className="search">
      <figcaption>{TEXTS.image.search}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={TEXTS.image.search}>
        <line className="target" x1={MARGIN} x2={WIDTH - MARGIN} y1={y(target)} y2={y(target)} />
        {tries.map((each) => {
          const isChosen = each.format === chosen.format && each.quality === chosen.quality;
          return (
            <circle
              key={`${each.format} ${each.quality} ${each.bytes}`}
              cx={x(each.bytes)}
              cy={y(each.value)}
              r={isChosen ? 5 : 3}
              data-chosen={isChosen || undefined}
            />
          );
        })}
        <text x={MARGIN} y={HEIGHT - 8}>
          {bytesOf(xLow)}
        </text>
        <text x={WIDTH - MARGIN} y={HEIGHT - 8} textAnchor="end">
          {bytesOf(xHigh)}
        </text>
      </svg>
      <details>
        <summary>{TEXTS.image.searchChosen(chosen.format, chosen.quality)}</summary>
        <table>
          <tbody>
            {tries.map(({ format, quality, bytes, value }) => (
              <tr key={`${format} ${quality} ${bytes}`}>
                <td>{format.toUpperCase()}</td>
                <td>{quality}</td>
                <td>{value.toFixed(isScore ? 1 : 4)}</td>
                <td>{bytesOf(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** From the lowest to the highest, never empty. */
function range(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 1, high + 1] : [low, high];
}
