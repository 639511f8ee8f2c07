import { useQuery } from '@tanstack/react-query';
import type { ImageView } from '../../client/types.ts';
import { useSession } from '../app/session.ts';
import { TEXTS } from '../texts.ts';
import { bytesOf, captureTimeOf, dimensionsOf, durationOf, timeOf } from '../ui/format.ts';
import { cameraFacts, type ImageDetails, positionOf } from './exif.ts';

/** What only the owner may read: EXIF with the position, and the tries of the encoder. Null where there is none. */
export function useDetails({ imageId, run, hasDetails }: ImageView) {
  const { api } = useSession();
  return useQuery<ImageDetails | null>({
    queryKey: ['details', imageId, run],
    enabled: hasDetails,
    queryFn: async ({ signal }) => {
      const { url } = await api.call('GET /images/{imageId}/details', { path: { imageId }, signal });
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(`Expected the details, received status ${response.status}.`);
      return (await response.json()) as ImageDetails;
    },
  });
}

/** The file, the shot, and the proof that no position leaves the house. */
export function DetailsSection({ image }: { image: ImageView }) {
  const { data } = useDetails(image);
  const { facts, warnings } = TEXTS.image;
  const { source, album, capturedAt, createdAt, recipe, computeMs } = image;
  const exif = data?.exif ?? null;
  const position = positionOf(exif);
  const rows: [string, string | null][] = [
    [facts.file, image.fileName],
    [
      facts.size,
      [dimensionsOf(source.widthPx, source.heightPx), bytesOf(source.bytes), source.format?.toUpperCase()]
        .filter(Boolean)
        .join(', '),
    ],
    [facts.captured, capturedAt && captureTimeOf(capturedAt)],
    [facts.uploaded, timeOf(createdAt)],
    [facts.album, album ?? facts.noAlbum],
    [facts.recipe, recipe],
    [facts.compute, computeMs > 0 ? durationOf(computeMs) : null],
    ...cameraFacts(exif).map(([name, value]): [string, string] => [facts[name], value]),
  ];
  return (
    <>
      <dl className="facts">
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
        {position && (
          <div>
            <dt>{facts.position}</dt>
            <dd>{position}</dd>
          </div>
        )}
      </dl>
      {position && <p className="dense">{TEXTS.image.gpsProof}</p>}
      {image.warnings.length > 0 && (
        <>
          <h3>{warnings}</h3>
          <ul className="warnings dense">
            {image.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </>
      )}
      {exif ? (
        <details>
          <summary>{TEXTS.image.exif}</summary>
          <dl className="facts">
            {Object.entries(exif).flatMap(([group, values]) =>
              Object.entries(values).map(([name, value]) => (
                <div key={`${group} ${name}`}>
                  <dt>{name}</dt>
                  <dd>
                    <bdi>{Array.isArray(value) ? value.join(', ') : String(value)}</bdi>
                  </dd>
                </div>
              )),
            )}
          </dl>
        </details>
      ) : (
        <p className="secondary dense">{TEXTS.image.noExif}</p>
      )}
    </>
  );
}
