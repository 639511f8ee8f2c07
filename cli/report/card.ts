import { formatBytes, formatDuration, formatPsnr, formatSsim } from '../console/figures.ts';
import { printable } from '../console/text.ts';
import type { ImageResult, Measured, ResultEntry } from '../results.ts';
import { type Html, html } from './html.ts';
import type { Picture } from './pictures.ts';
import { downsizingVerdict, editWords, encodingVerdict, isIdentical, type Verdict } from './wording.ts';

/** The pictures of one card; one that could not be read is missing. */
export interface CardPictures {
  original: Picture | undefined;
  processed: Picture | undefined;
  rotations: { variant: string; picture: Picture | undefined }[];
}

/** The card of a finished image: original, result and rotations side by side, and what was measured. */
export function card(entry: ResultEntry, pictures: CardPictures): Html {
  const { result } = entry;
  const name = printable(result.input);
  const processed = result.outputs.find(({ variant }) => variant === 'processed');
  return html`
<article class="card">
  <header>
    <h3><bdi>${name}</bdi></h3>
    <p class="meta">${describe(entry)}</p>
  </header>
  <div class="pictures">
    ${figure('original', 'Original', sizeOf(entry.info), `${name}, the original`, pictures.original)}
    ${figure('processed', 'Processed', sizeOf(processed), `${name}, processed`, pictures.processed)}
    ${rotations(name, pictures.rotations)}
  </div>
  <dl class="measures">
    ${loss('Encoding', result.quality.encode, encodingVerdict(result.quality.encode))}
    ${loss('Downsizing', result.quality.detail, downsizingVerdict(result.quality.detail))}
    ${edit(result.quality.enhance)}
  </dl>
</article>
`;
}

/** `JPEG, 4.1 MB in, 11 KB out, 85 ms`. */
function describe({ info, result, recipeName }: ResultEntry): string {
  const processed = result.outputs.find(({ variant }) => variant === 'processed');
  return [
    info && `${info.format.toUpperCase()} of ${formatBytes(info.bytes)}`,
    processed && `result ${formatBytes(processed.bytes)}`,
    recipeName && `recipe ${recipeName}`,
    formatDuration(result.timingsMs.total),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function sizeOf(size: { widthPx: number; heightPx: number } | undefined): string {
  return size ? `${size.widthPx} × ${size.heightPx}` : '';
}

function figure(kind: string, title: string, note: string, alt: string, picture: Picture | undefined): Html {
  const shown = picture
    ? html`<img src="${picture.dataUri}" width="${picture.widthPx}" height="${picture.heightPx}" alt="${alt}">`
    : html`<p class="gone">The file is no longer there.</p>`;
  const caption = html`<figcaption>${title}${note === '' ? '' : html` <span>${note}</span>`}</figcaption>`;
  return html`<figure class="${kind}"><div class="frame">${shown}</div>${caption}</figure>`;
}

function rotations(name: string, all: CardPictures['rotations']): Html {
  if (all.length === 0) return html``;
  const figures = all.map(({ variant, picture }) =>
    figure('rotation', `${variant}°`, '', `${name}, turned ${variant}° clockwise`, picture),
  );
  return html`<div class="rotations">${figures}</div>`;
}

function loss(title: string, measured: Measured, verdict: Verdict | undefined): Html {
  if (!verdict) return html`<div><dt>${title}</dt><dd class="words">Not measured</dd></div>`;
  const { grade, message } = verdict;
  return html`<div>
      <dt>${title}</dt>
      <dd class="words"><b class="${grade}">${capital(grade)}</b>: ${message}</dd>
      <dd class="figures">${figures(measured)}</dd>
    </div>`;
}

function edit(measured: Measured): Html {
  const words = editWords(measured) ?? 'Not measured';
  return html`<div>
      <dt>Enhancement</dt>
      <dd class="words"><b>${words}</b></dd>
      <dd class="figures">${figures(measured)}</dd>
    </div>`;
}

function figures(measured: Measured): string {
  return `SSIM ${formatSsim(measured.ssim)} · PSNR ${formatPsnr(measured.psnrDb, isIdentical(measured))}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What became of an input that has no result, in words. */
export function refusal({ result }: ResultEntry): Html {
  const { status, code, reason } = result;
  return html`
<li>
  <h3><bdi>${printable(result.input)}</bdi></h3>
  <p>${reason === null ? 'No reason was recorded.' : printable(reason)}</p>
  <p class="code"><span class="status ${status.toLowerCase()}">${STATUS_WORDS[status]}</span> ${code ?? ''}</p>
</li>
`;
}

const STATUS_WORDS: Record<ImageResult['status'], string> = {
  COMPLETE: 'Complete',
  REJECTED: 'Rejected',
  FAILED: 'Failed',
};
