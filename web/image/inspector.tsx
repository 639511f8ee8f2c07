import type { ImageDetail, ImageView } from '../../client/types.ts';
import { LabelsSection } from '../labels/labels-section.tsx';
import { TEXTS } from '../texts.ts';
import { LABELS } from '../texts-on-demand.ts';
import { DetailsSection, useDetails } from './details-section.tsx';
import { HistorySection } from './history-section.tsx';
import { OutputsSection } from './outputs-section.tsx';
import { QualitySection } from './quality-section.tsx';
import { SearchChart } from './search-chart.tsx';
import { Steps } from './steps.tsx';

interface InspectorProps {
  image: ImageView;
  detail: ImageDetail | undefined;
  shown: string;
  onShow(variant: string): void;
}

/** Everything about the image that is no picture. */
export function Inspector({ image, detail, shown, onShow }: InspectorProps) {
  const { sections } = TEXTS.image;
  const { data } = useDetails(image);
  const isUnderWay = image.state === 'PROCESSING' || image.state === 'FANNED_OUT';
  return (
    <aside className="inspector" aria-label={TEXTS.image.inspector}>
      {isUnderWay && image.outputs.length > 0 && (
        <section>
          <Steps image={image} />
        </section>
      )}
      <section>
        <h2>{sections.quality}</h2>
        <QualitySection image={image} />
        {data?.search && <SearchChart search={data.search} />}
      </section>
      {image.labels && (
        <section>
          <h2>{LABELS.section}</h2>
          <LabelsSection labels={image.labels} />
        </section>
      )}
      {image.outputs.length > 0 && (
        <section>
          <h2>{sections.outputs}</h2>
          <OutputsSection image={image} shown={shown} onShow={onShow} />
        </section>
      )}
      <section>
        <h2>{sections.details}</h2>
        <DetailsSection image={image} />
      </section>
      <section>
        <h2>{sections.history}</h2>
        <HistorySection image={image} detail={detail} />
      </section>
    </aside>
  );
}
