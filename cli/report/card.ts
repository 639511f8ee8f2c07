import { html } from 'hono/html';
import type { Comparison, EncodeComparison } from '../../core/image/types.ts';
import { formatBytes, formatDuration, formatPsnr, formatScore, formatSsim } from '../console/figures.ts';
import { printable } from '../console/text.ts';
import type { Result, ResultEntry } from '../result.ts';
import type { Html } from './page.ts';
import type { Picture } from './pictures.ts';
import { downsizingVerdict, editWords, encodingVerdict, type Verdict } from './wording.ts';

/** The pictures of one card. A picture that could not be read is undefined. */
export interface CardPictures {
  original: Picture | undefined;
  processed: Picture | undefined;
  rotations: { variant: string; picture: Picture | undefined }[];
}

/** The card of a finished image: original, result and rotations side by side, and the measures. */
export function card(entry: ResultEntry, pictures: CardPictures): Html {
  const { result } = entry;
  const { quality } = result;
  const name = printable(result.input);
  const processed = result.outputs.find(({ variant }) => variant === 'processed');
  return html`
<article class="card">
  <header>
    <h3><bdi>${name}</bdi></h3>
    <p class="meta">${describe(result)}</p>
  </header>
  <div class="pictures">
    ${figure('original', 'Original', sizeOf(result.source), `${name}, the original`, pictures.original)}
    ${figure('processed', 'Processed', sizeOf(processed), `${name}, processed`, pictures.processed)}
    ${rotations(name, pictures.rotations)}
  </div>
  <dl class="measures">
    ${loss('Encoding', quality?.encode, encodingVerdict, scoredFigures)}
    ${loss('Downsizing', quality?.detail, downsizingVerdict, figures)}
    ${edit(quality?.enhance)}
  </dl>
</article>
`;
}

/** `JPEG, 4.1 MB in, 11 KB out, 85 ms`. */
function describe({ outputs, recipe, source, timingsMs }: Result): string {
  const processed = outputs.find(({ variant }) => variant === 'processed');
  return [
    source && `${(source.format ?? 'file').toUpperCase()} of ${formatBytes(source.bytes)}`,
    processed && `result ${formatBytes(processed.bytes)}`,
    recipe && `recipe ${recipe}`,
    formatDuration(timingsMs.total ?? 0),
  ]
    .filter((part) => part)
    .join(' · ');
}

function sizeOf(size: { widthPx: number | null; heightPx: number | null } | null | undefined): string {
  return size?.widthPx ? `${size.widthPx} × ${size.heightPx}` : '';
}

function figure(kind: string, title: string, note: string, alt: string, picture: Picture | undefined): Html {
  const image = picture
    ? html`<img src="${picture.dataUri}" width="${picture.widthPx}" height="${picture.heightPx}" alt="${alt}">`
    : html`<p class="gone">The file is no longer there.</p>`;
  const shown = picture?.url === undefined ? image : html`<a href="${picture.url}">${image}</a>`;
  const caption = html`<figcaption>${title}${note === '' ? '' : html` <span>${note}</span>`}</figcaption>`;
  return html`<figure class="${kind}"><div class="frame">${shown}</div>${caption}</figure>`;
}

function rotations(name: string, all: CardPictures['rotations']): Html {
  if (all.length === 0) return html``;
  const figures = all.map(({ variant, picture }) =>
    figure('rotation', `${variant}°`, '', `${name}, rotated ${variant}° clockwise`, picture),
  );
  return html`<div class="rotations">${figures}</div>`;
}

function loss<Measured extends Comparison>(
  title: string,
  comparison: Measured | null | undefined,
  judge: (comparison: Comparison) => Verdict,
  format: (comparison: Measured) => string,
): Html {
  if (!comparison) return html`<div><dt>${title}</dt><dd class="words">Not measured</dd></div>`;
  const { grade, message } = judge(comparison);
  return html`<div>
      <dt>${title}</dt>
      <dd class="words"><b class="${grade}">${capital(grade)}</b>: ${message}</dd>
      <dd class="figures">${format(comparison)}</dd>
    </div>`;
}

function edit(comparison: Comparison | null | undefined): Html {
  if (!comparison) return html`<div><dt>Enhancement</dt><dd class="words">Not measured</dd></div>`;
  return html`<div>
      <dt>Enhancement</dt>
      <dd class="words"><b>${editWords(comparison)}</b></dd>
      <dd class="figures">${figures(comparison)}</dd>
    </div>`;
}

function figures(comparison: Comparison): string {
  return `SSIM ${formatSsim(comparison)} · PSNR ${formatPsnr(comparison)} dB`;
}

function scoredFigures(comparison: EncodeComparison): string {
  return `${figures(comparison)} · SSIMULACRA2\u00a0${formatScore(comparison)}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Why an input has no result. */
export function refusal({ result }: ResultEntry): Html {
  const { state, reason } = result;
  return html`
<li>
  <h3><bdi>${printable(result.input)}</bdi></h3>
  <p>${reason === null ? 'No reason was recorded.' : printable(reason.message)}</p>
  <p class="code"><span class="status ${state.toLowerCase()}">${STATE_WORDS[state]}</span> ${reason?.code}</p>
</li>
`;
}

const STATE_WORDS: Record<Result['state'], string> = {
  COMPLETE: 'Complete',
  REJECTED: 'Rejected',
  FAILED: 'Failed',
};
