import { html, raw } from 'hono/html';
import { count, formatBytes, formatPsnr, formatSsim } from '../console/figures.ts';
import { printable } from '../console/text.ts';
import type { ResultEntry } from '../result.ts';

/** Markup in which every value is escaped. Hono's type allows a promise, for values that are promises. */
export type Html = ReturnType<typeof html>;

/** Everything up to the first photo: title and totals. */
export function opening(entries: readonly ResultEntry[], madeAt: Date, style: string): Html {
  const day = madeAt.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const finished = entries.filter(({ result }) => result.state === 'COMPLETE');
  const recipes = [...new Set(finished.flatMap(({ result }) => result.recipe ?? []))];
  const byRecipe = recipes.length === 1 ? html` · recipe <b>${recipes[0]}</b>` : undefined;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="generator" content="Darkroom">
<title>Contact sheet, ${day}</title>
<style>${raw(style)}</style>
</head>
<body>
<header class="mast">
  <p class="wordmark">Darkroom</p>
  <h1>Contact sheet</h1>
  <p class="lede">${count(entries.length, 'photo')}${byRecipe} · <time datetime="${madeAt.toISOString()}">${day}</time></p>
  ${totals(entries, finished)}
</header>
<main>
`;
}

function totals(entries: readonly ResultEntry[], finished: readonly ResultEntry[]): Html {
  const failed = entries.filter(({ result }) => result.state === 'FAILED').length;
  const rejected = entries.length - finished.length - failed;
  const bytesIn = sum(finished.map(({ result }) => result.source?.bytes ?? 0));
  const outputs = finished.flatMap(({ result }) => result.outputs);
  const ssim = median(finished.flatMap(({ result }) => result.quality?.encode.ssim ?? []));
  return html`<dl class="totals">
    ${total('Finished', String(finished.length), 'good')}
    ${total('Rejected', String(rejected), rejected > 0 ? 'fair' : '')}
    ${failed > 0 ? total('Failed', String(failed), 'poor') : undefined}
    ${finished.length > 0 ? total('Originals', formatBytes(bytesIn)) : undefined}
    ${finished.length > 0 ? total(count(outputs.length, 'output'), formatBytes(sum(outputs.map((o) => o.bytes)))) : undefined}
    ${ssim === undefined ? undefined : total('Median SSIM', ssim.toFixed(4))}
  </dl>`;
}

function total(title: string, value: string, mark = ''): Html {
  return html`<div class="${mark}"><dt>${title}</dt><dd>${value}</dd></div>`;
}

/** A finished photo of a long sheet, without pictures. */
export function plainRow({ result }: ResultEntry): Html {
  const encode = result.quality?.encode;
  return html`<tr><th scope="row"><bdi>${printable(result.input)}</bdi></th><td>${formatSsim(encode)}</td><td>${formatPsnr(encode)} dB</td></tr>
`;
}

/** How to read the measures. */
export function notes(): Html {
  return html`<section class="notes"><h2>How to read the measures</h2>
<dl>
  <div><dt>Encoding</dt><dd>compares the finished picture with the pixels before compression: what the file format lost.</dd></div>
  <div><dt>Downsizing</dt><dd>compares the original with the result, scaled back to the original size: the detail that a smaller picture cannot hold.</dd></div>
  <div><dt>Enhancement</dt><dd>compares the picture before and after the edit: how much the recipe changed it. More is neither better nor worse.</dd></div>
</dl>
<p><b>PSNR</b> measures the error in decibels: up to 20 dB is poor, up to 30 fair, up to 40 good, and more is excellent; ∞ means no difference.
<b>SSIM</b> compares structure, as the eye does: 1 is the same picture, and from 0.95 differences hardly show.
<b>SSIMULACRA2</b> estimates what people say of a copy: from 90 they see no difference, 70 is high quality, 50 is medium.</p>
</section>
`;
}

export function closing(): Html {
  return html`</main>
</body>
</html>
`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
