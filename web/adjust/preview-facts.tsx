import { useEffect } from 'react';
import type { ImageView, Preview, Quality } from '../../client/types.ts';
import { psnrBand, scoreBand } from '../image/bands.ts';
import { TEXTS } from '../texts.ts';
import { ADJUST } from '../texts-on-demand.ts';
import { announce } from '../ui/announcer.tsx';
import { bytesOf, dimensionsOf } from '../ui/format.ts';
import type { Previews } from './use-previews.ts';

const { facts } = ADJUST;

/** The file now beside the file that the settings make. Figures of a draft are not shown: they would be others. */
export function PreviewFacts({
  image,
  previews,
  isPresent,
}: {
  image: ImageView;
  previews: Previews;
  isPresent: boolean;
}) {
  const { newest, problem, isMeasuring } = previews;
  const now = image.outputs.find(({ variant }) => variant === 'processed');
  const exact = newest && !newest.isDraft && !isMeasuring ? newest : undefined;
  useEffect(() => {
    if (exact) announce(sentenceOf(exact, now?.bytes));
  }, [exact, now?.bytes]);
  const rows = [
    [facts.bytes, now && bytesOf(now.bytes), exact && bytesOf(exact.bytes)],
    [
      facts.size,
      now && dimensionsOf(now.widthPx, now.heightPx),
      exact && dimensionsOf(exact.widthPx, exact.heightPx),
    ],
    ...measuresOf(image.quality, exact?.quality),
  ];
  return (
    <section className="preview-facts" aria-busy={isMeasuring}>
      <table>
        <caption className="visually-hidden">{facts.caption}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{facts.now}</th>
            <th scope="col">{facts.next}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, before, after]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{before ?? facts.none}</td>
              <td>{after ?? facts.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {problem ? (
        <p role="alert">{wordsOf(problem)}</p>
      ) : (
        <p className="secondary dense">
          {exact && now && <b>{changeOf(exact.bytes, now.bytes)}. </b>}
          {stateOf(isPresent, isMeasuring, exact)}
        </p>
      )}
    </section>
  );
}

function measuresOf(
  before: Quality | null,
  after: Quality | undefined,
): [string, string | undefined, string | undefined][] {
  const both = (
    name: string,
    text: (quality: Quality) => string,
  ): [string, string | undefined, string | undefined] => [
    name,
    before === null ? undefined : text(before),
    after && text(after),
  ];
  return [
    both(facts.score, ({ encode: { ssimulacra2 } }) => numberOf(ssimulacra2, 1)),
    both(facts.ssim, ({ encode: { ssim } }) => numberOf(ssim, 4)),
    both(facts.psnr, ({ encode }) =>
      encode.identical
        ? facts.identical
        : encode.psnrDb === null
          ? facts.none
          : `${encode.psnrDb.toFixed(1)} dB, ${TEXTS.image.bands[psnrBand(encode.psnrDb)]}`,
    ),
    both(facts.detail, ({ detail }) => numberOf(detail?.ssim ?? null, 4)),
  ];
}

function numberOf(value: number | null, digits: number): string {
  return value === null ? facts.none : value.toFixed(digits);
}

function stateOf(isPresent: boolean, isMeasuring: boolean, exact: Preview | undefined): string {
  if (isPresent) return ADJUST.state.same;
  if (isMeasuring) return ADJUST.state.measuring;
  return exact ? ADJUST.state.exact : ADJUST.state.draft;
}

function changeOf(bytes: number, before: number): string {
  if (bytes >= 2 * before) return ADJUST.times(Math.round(bytes / before));
  const percent = Math.round((100 * Math.abs(bytes - before)) / before);
  if (percent === 0) return ADJUST.equal;
  return bytes < before ? ADJUST.smaller(percent) : ADJUST.larger(percent);
}

function sentenceOf({ bytes, quality: { encode } }: Preview, before: number | undefined): string {
  const { ssimulacra2 } = encode;
  const score =
    ssimulacra2 === null
      ? ''
      : `${ADJUST.scored(ssimulacra2.toFixed(1))}, ${TEXTS.image.scoreBands[scoreBand(ssimulacra2)]}`;
  return ADJUST.measured(bytesOf(bytes), before === undefined ? '' : changeOf(bytes, before), score);
}

function wordsOf({ code, message, status }: { code: string; message: string; status: number }): string {
  if (code === 'PREVIEW_TOO_LARGE') return ADJUST.tooLarge;
  return status === 0 ? ADJUST.offline : ADJUST.problem(message);
}
