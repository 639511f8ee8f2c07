import type { Failures, ImageView, Spread, Trend } from '../../../client/types.ts';
import { madeImage } from './made-images.ts';

const DAY_MS = 86_400_000;
const RECIPES = ['augment', 'plain', 'vivid'];
const CODES = ['CORRUPT_IMAGE', 'CORRUPT_IMAGE', 'UNSUPPORTED_FORMAT', 'CORRUPT_IMAGE', 'IMAGE_TOO_LARGE'];

/** Figures of a month that no pipeline has made, without Sundays, and what went wrong in it. */
export function madeMonth(nowMs: number): { trends: Trend[]; rejected: ImageView[]; failures: Failures } {
  const days = Array.from({ length: 28 }, (_, back) => new Date(nowMs - back * DAY_MS));
  const trends = days
    .filter((date) => date.getUTCDay() !== 0)
    .flatMap((date, index) =>
      RECIPES.map((recipe, place): Trend => {
        const wave = Math.sin(index / 3 + place);
        return {
          day: date.toISOString().slice(0, 10),
          recipe,
          owner: null,
          images: Math.round(60 + 40 * wave + 20 * place),
          measures: {
            encodeScore: spread(84 - 4 * place + wave, 5),
            encodeSsim: spread(0.97 - 0.012 * place + wave / 300, 0.01),
            encodePsnrDb: spread(36 - 1.5 * place + wave / 2, 2.4),
          },
        };
      }),
    );
  const rejected = CODES.map((code, number) =>
    madeImage(number, { state: 'REJECTED', reason: { code, message: 'The file is at fault.' } }),
  );
  const reason = { code: 'STORAGE_ERROR', message: 'The bucket could not be read.' };
  const unread = { code: 'UNREADABLE_MESSAGE', message: 'The message is no JSON.' };
  const recordedAt = new Date(nowMs - 3_600_000).toISOString();
  const failures: Failures = {
    images: [7, 8].map((number) => madeImage(number, { state: 'FAILED', reason })),
    messages: [{ messageId: 'm-1', queue: 'parts', bodyBytes: 812, reason: unread, recordedAt }],
    isComplete: true,
  };
  return { trends, rejected, failures };
}

function spread(median: number, below: number): Spread {
  return { count: 60, median, p10: median - below };
}
