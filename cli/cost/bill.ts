import { formatTable } from '../console/table.ts';
import { megapixelsOf } from './durations.ts';
import { LAMBDA_FACTOR, MEASURED_AT, MEASURED_ON } from './measured.ts';
import { type Load, usageOf } from './month.ts';
import { PRICES, PRICES_READ_ON, REGION } from './prices.ts';
import type { Usage } from './usage.ts';

interface Line extends Omit<Usage, 'price'> {
  unit: string;
  priceUsd: number;
  /** The number of units that the price is for. */
  priceFor: number;
  amountUsd: number;
}

/** A month's costs, as `--json` prints them. */
export interface Bill {
  region: string;
  pricesReadOn: string;
  lines: Line[];
  totalUsd: number;
  perThousandImagesUsd: number;
  assumptions: string[];
}

export function billFor(load: Load, recipeName: string): Bill {
  const lines = usageOf(load).map(({ price, ...usage }) => {
    const { unit, usd, per } = PRICES[price];
    return { ...usage, unit, priceUsd: usd, priceFor: per, amountUsd: (usage.quantity * usd) / per };
  });
  const totalUsd = sumOf(lines);
  return {
    region: REGION,
    pricesReadOn: PRICES_READ_ON,
    lines,
    totalUsd,
    perThousandImagesUsd: (totalUsd / load.images) * 1000,
    assumptions: assumptionsOf(load, recipeName),
  };
}

const COLUMNS = [
  { title: 'service' },
  { title: 'for', shrinks: true },
  { title: 'quantity', align: 'right' },
  { title: 'unit' },
  { title: 'price', align: 'right' },
  { title: 'USD', align: 'right' },
  { title: 'in all', align: 'right' },
] as const;

/** The lines of the table, with a sum for each service, the total and the assumptions. */
export function billLines({ lines, ...bill }: Bill, width?: number): string[] {
  const services = Map.groupBy(lines, ({ service }) => service);
  const rows = [...services.values()].flatMap((ofService) =>
    ofService.map((line, index) => [
      index === 0 ? line.service : '',
      line.item,
      formatQuantity(line.quantity),
      line.unit,
      formatPrice(line),
      line.amountUsd.toFixed(2),
      index === 0 ? sumOf(ofService).toFixed(2) : '',
    ]),
  );
  return [
    ...formatTable(COLUMNS, rows, width),
    '',
    `A month: ${formatUsd(bill.totalUsd)}. For 1,000 images: ${formatUsd(bill.perThousandImagesUsd)}.`,
    '',
    ...bill.assumptions.map((message) => `- ${message}`),
  ];
}

function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { amountUsd }) => sum + amountUsd, 0);
}

function assumptionsOf({ avgMb, keepMonths, computeMs, clients }: Load, recipeName: string): string[] {
  const months = keepMonths === 1 ? 'a month' : `${keepMonths} months`;
  const megapixels = Math.round(megapixelsOf(avgMb));
  const work =
    computeMs === undefined
      ? `Work on pixels: measured on ${MEASURED_ON} at ${MEASURED_AT}, times ${LAMBDA_FACTOR} for Lambda's arm64.`
      : `Work on pixels: ${computeMs} ms an image, as given.`;
  return [
    `Prices of ${REGION}, read on ${PRICES_READ_ON}; no free tier, no discounts, no tax. See docs/cost.md.`,
    `JPEG photos of ${avgMb} MB, about ${megapixels} megapixels, with the recipe ${recipeName}, spread evenly over the month.`,
    `${work} The time that AWS needs to answer is assumed.`,
    'Every image succeeds at the first try. Every heavy part is one invocation, and is traced.',
    `One request of the API for each image, and ${clients.toLocaleString('en-GB')} pages of the app open all month.`,
    `Uploads, results and records are kept for ${months}; nothing is overwritten.`,
  ];
}

function formatQuantity(quantity: number): string {
  const digits = quantity < 10 ? 2 : quantity < 1000 ? 1 : 0;
  return quantity.toLocaleString('en-GB', {
    minimumFractionDigits: Number.isInteger(quantity) ? 0 : digits,
    maximumFractionDigits: digits,
  });
}

/** `0.20 / 1M`, `0.005 / 1k`, `0.023`. */
function formatPrice({ priceUsd, priceFor }: Line): string {
  const amount = priceUsd.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 10 });
  if (priceFor === 1) return amount;
  return `${amount} / ${priceFor >= 1e6 ? `${priceFor / 1e6}M` : `${priceFor / 1e3}k`}`;
}

function formatUsd(amount: number): string {
  return `$${amount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
