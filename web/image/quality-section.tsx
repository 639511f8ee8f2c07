import type { Comparison, ImageView } from '../../client/types.ts';
import { TEXTS } from '../texts.ts';
import { psnrBand, scoreBand } from './bands.ts';

/** What was measured, in plain words. */
export function QualitySection({ image: { quality, encoding } }: { image: ImageView }) {
  if (quality === null) return <p className="secondary">{TEXTS.image.noQuality}</p>;
  const { measures, searchChosen, searchMissed } = TEXTS.image;
  const score = quality.encode.ssimulacra2;
  return (
    <>
      {(['encode', 'detail', 'enhance'] as const).map((name) => {
        const comparison = quality[name];
        const [title, meaning] = measures[name];
        return (
          comparison && (
            <div className="measure" key={name}>
              <h3>{title}</h3>
              <Words comparison={comparison} />
              {name === 'encode' && score !== null && (
                <p>
                  {TEXTS.image.score} <b>{score.toFixed(1)}</b>, {TEXTS.image.scoreBands[scoreBand(score)]}
                </p>
              )}
              <p className="secondary dense">{meaning}</p>
            </div>
          )
        );
      })}
      {encoding && (
        <p>
          {searchChosen(encoding.format, encoding.quality)}
          {!encoding.targetMet && `. ${searchMissed}`}
        </p>
      )}
    </>
  );
}

function Words({ comparison: { ssim, psnrDb, identical } }: { comparison: Comparison }) {
  if (identical) return <p>{TEXTS.image.identical}</p>;
  return (
    <p>
      {ssim !== null && (
        <>
          {TEXTS.image.ssim} <b>{ssim.toFixed(4)}</b>
        </>
      )}
      {psnrDb !== null && (
        <>
          {ssim !== null && ' · '}
          {TEXTS.image.psnr} <b>{psnrDb.toFixed(1)} dB</b>, {TEXTS.image.bands[psnrBand(psnrDb)]}
        </>
      )}
    </p>
  );
}
