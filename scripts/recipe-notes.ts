/* The sections of docs/recipes.md that the schema does not hold. */

/** How the search for a target works. */
export const TARGETS = `## Encoding to a target

A recipe names a quality, or a target for which Darkroom finds the smallest file. \`output.targetQuality\` is a score of SSIMULACRA2.
\`output.targetSsim\` is an SSIM. Since SSIM sees no colour, a file must then also have a PSNR of 30 dB, and at least quality 40 for JPEG and
WebP or 30 for AVIF.

The search tries JPEG plain and from mozjpeg, with the colour of each pixel or of four. \`format: auto\` adds WebP, and AVIF last, if it can
still win. A format has at most 8 tries, and the search stops at half of the image's time limit.

The result is never larger than quality 90 where that reaches the target too. If nothing reaches it, the best try is used. The event's
\`encoding\` says what was chosen and whether it meets the target. \`details/\` keeps every try. Rotations use the chosen encoding.`;

/** What `quality` in the event means. */
export const COMPARISONS = `## Three comparisons of quality

- \`encode\` compares the pixels handed to the encoder with the decoded output: the loss of the encoder.
- \`detail\` compares the upright original with the resized content, scaled back to its size: the loss of the resizing.
- \`enhance\` compares the picture before and after the enhancement: the size of the edit.

\`encode\` also has a score of SSIMULACRA2 ([ADR 8](adr/0008-ssimulacra2.md)), which sees colour: 100 is the same picture, and from 90
people see no difference. It is \`null\` for a result over 4 megapixels, unless the recipe has a target for it.

SSIM follows scikit-image's \`structural_similarity\` with its defaults, over Pillow's \`L\`. PSNR is over RGB. Padding never
counts. Identical pictures have SSIM 1, PSNR \`null\` and \`identical: true\`. If a side of the content has under 7 px, SSIM is \`null\`. Of an
animation, the comparisons use the first frame.`;
