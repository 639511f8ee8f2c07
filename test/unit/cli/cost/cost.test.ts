import { describe, expect, it } from 'vitest';
import { billFor, billLines } from '../../../../cli/cost/bill.ts';
import { durationsOf } from '../../../../cli/cost/durations.ts';
import { MEASURED_RECIPES } from '../../../../cli/cost/measured.ts';
import type { Load } from '../../../../cli/cost/month.ts';
import { STANDING } from '../../../../cli/cost/per-deployment.ts';
import { countsOf } from '../../../../cli/cost/per-image.ts';
import { PRICES, PRICES_READ_ON } from '../../../../cli/cost/prices.ts';
import { findRecipe, recipeBook } from '../../../../core/recipe.ts';

function loadOf(change: Partial<Load> = {}, name = 'augment'): Load {
  const measures = MEASURED_RECIPES.get(name);
  if (!measures) throw new Error(`no measurements of ${name}`);
  const { recipe } = findRecipe(recipeBook({}), name);
  return {
    images: 1_000_000,
    avgMb: 3,
    recipe,
    measures,
    keepMonths: 1,
    downloads: 0,
    clients: 0,
    customerKey: false,
    ...change,
  };
}

/** Dollars by service and item, to the cent. */
function amounts(load: Load, name?: string): Record<string, number> {
  const { lines } = billFor(load, name ?? 'augment');
  return Object.fromEntries(
    lines.map(({ service, item, amountUsd }) => [`${service}: ${item}`, Math.round(amountUsd * 100) / 100]),
  );
}

describe('a month of a million photos of 3 MB, against figures calculated by hand', () => {
  it('is within a cent', () => {
    expect(amounts(loadOf())).toMatchObject({
      // 1 upload, 2 pictures, intermediate, EXIF, thumbnail, 3 rotations: 9 × half a cent for 1,000.
      'S3: writes': 45,
      // HEAD, GET, and the intermediate three times: 5 × 0.04 cents for 1,000.
      'S3: reads': 2,
      // 3,000 GB are 2,793.97 GiB at 2.3 cents.
      'S3: uploads': 64.26,
      // 2 sent, 4 received, 4 deleted: 10 million at 40 cents.
      'SQS: messages': 4,
      // 6 queues × 5 polls × 3 a minute × 43,800 minutes, and 2 × 8,760 of the sweeper.
      'SQS: polling': 1.58,
      'SNS: messages': 0.5,
      // 16 units an image at 62.5 cents a million.
      'DynamoDB: writes': 10,
      'DynamoDB: writes of indexes': 5.63,
      // 24 half units for each of two days.
      'DynamoDB: trends': 3,
      // 30 cents each, and 10 cents each. cost-counts.test.ts counts them in the template.
      'CloudWatch: metrics': (30 * STANDING.customMetrics) / 100,
      'CloudWatch: alarms': (10 * STANDING.alarmMetrics) / 100,
      'CloudWatch: dashboard': 3,
      'Lambda: processor, calls': 0.2,
      'Lambda: parts, calls': 0.6,
    });
  });

  it('Lambda bills two functions by their memory and time', () => {
    // 1.5 × (10 + 10 × 13.04) of pixels, 1.5 × 60 of the handler, 3 × 30 + 35.3 of S3, 5 × 10 of DynamoDB, 20 of SQS.
    const processorS = 0.2107 + 0.09 + 0.1253 + 0.05 + 0.02;
    // 1.5 × 2.5, 1.5 × 30, 2 × 30, 2 × 10, and a third of the 40 at the end.
    const rotationS = 0.00375 + 0.045 + 0.06 + 0.02 + 0.0133;
    const found = amounts(loadOf());
    expect(found['Lambda: processor, compute']).toBeCloseTo(processorS * 2 * 13.3334, 1);
    expect(found['Lambda: parts, compute']).toBeCloseTo(3 * rotationS * 1.7275 * 13.3334, 1);
  });

  it('traces a call a second of each function, and 5 % of the rest', () => {
    // Processor and API are called less than once a second; of 3 million rotations 372,000 are more than that.
    const traces = 1_000_000 + 1_000_000 + 2_628_000 + 0.05 * 372_000 + 8_790;
    expect(amounts(loadOf())['X-Ray: traces']).toBeCloseTo((traces * 5) / 1e6, 1);
  });

  it('counts what faces the outside without any client', () => {
    expect(amounts(loadOf())).toMatchObject({
      // A cent for 10,000.
      'CloudFront: requests': 1,
      // 4 GB are 3.73 GiB at 8.5 cents.
      'CloudFront: transfer': 0.32,
      'API: HTTP requests': 1,
      'API: minutes connected': 0,
      'API: heartbeats': 0,
      // A request and 7 messages an image, at 20 cents a million.
      'API: calls': 1.6,
      'API: progress': 3,
      // 7 messages of 2 units, at 12.5 cents a million.
      'API: live table, reads': 1.75,
    });
  });

  it('adds up to the total, in the table too', () => {
    const load = loadOf({ customerKey: true, downloads: 2 });
    const bill = billFor(load, 'augment');
    const ofLines = Object.values(amounts(load)).reduce((sum, amount) => sum + amount, 0);
    expect(bill.totalUsd).toBeCloseTo(ofLines, 0);
    expect(bill.perThousandImagesUsd).toBeCloseTo(bill.totalUsd / 1000);
    const ofServices = billLines(bill)
      .map((line) => /^\w\S* .* (\d+\.\d\d)$/.exec(line)?.[1])
      .reduce((sum, amount) => sum + Number(amount ?? 0), 0);
    expect(ofServices).toBeCloseTo(bill.totalUsd, 0);
  });
});

describe('each option changes its own amounts, and nothing else', () => {
  const base = amounts(loadOf());

  /** The items whose amount is another, or that were not there. */
  function changed(change: Partial<Load>): string[] {
    const now = amounts(loadOf(change));
    return Object.keys(now).filter((item) => now[item] !== base[item]);
  }

  it('keepMonths: what is stored', () => {
    expect(changed({ keepMonths: 12 })).toEqual([
      'S3: uploads',
      'S3: results',
      'DynamoDB: records',
      'DynamoDB: recovery',
    ]);
    const year = amounts(loadOf({ keepMonths: 12 }));
    expect(year['S3: uploads']).toBeCloseTo(12 * 64.26, 0);
  });

  it('avgMb: compute and uploads', () => {
    expect(changed({ avgMb: 6 })).toEqual(['Lambda: processor, compute', 'S3: uploads']);
  });

  it('computeMs: the work on pixels alone', () => {
    expect(changed({ computeMs: 1000 })).toEqual(['Lambda: processor, compute', 'Lambda: parts, compute']);
    const load = loadOf();
    const counts = countsOf(load.recipe);
    const whole = (computeMs?: number) => {
      const { processorMs, partMs } = durationsOf(load.measures, counts, load.avgMb, computeMs);
      return processorMs + counts.parts * partMs;
    };
    expect(whole(1000) - whole(400)).toBeCloseTo(600);
  });

  it('clients: connections and heartbeats, and nothing of the pipeline', () => {
    expect(changed({ clients: 10_000 })).toEqual([
      'CloudWatch: logs, written',
      'CloudWatch: logs, kept',
      'X-Ray: traces',
      'CloudFront: requests',
      'CloudFront: transfer',
      'API: HTTP requests',
      'API: minutes connected',
      'API: heartbeats',
      'API: calls',
      'API: compute',
      'API: live table, writes',
    ]);
    const found = amounts(loadOf({ clients: 10_000 }));
    // 438 million minutes at 25 cents a million; 8,760 heartbeats of each client, both ways.
    expect(found['API: minutes connected']).toBe(109.5);
    expect(found['API: heartbeats']).toBe(175.2);
    // 398 sockets of each client at 6 units of 62.5 cents a million.
    expect(found['API: live table, writes']).toBeCloseTo(14.93, 1);
  });

  it('customerKey: a key and its requests', () => {
    expect(changed({ customerKey: true })).toEqual(['KMS: key', 'KMS: requests']);
  });

  it('downloads: requests and transfer of five outputs', () => {
    expect(changed({ downloads: 1 })).toEqual(['Downloads: reads', 'Downloads: transfer']);
    // 5 million files of 14,000 bytes are 65.19 GiB.
    expect(amounts(loadOf({ downloads: 1 }))['Downloads: transfer']).toBeCloseTo(5.87, 1);
  });

  it('a recipe without rotations needs no parts worker and no intermediate', () => {
    expect(amounts(loadOf({}, 'thumbnail'))).toMatchObject({
      'Lambda: parts, calls': 0,
      'Lambda: parts, compute': 0,
      'S3: intermediates': 0,
      'S3: writes': 20,
      'SQS: messages': 1.2,
    });
  });
});

describe('the prices', () => {
  it.each(Object.entries(PRICES))('%s says where it is published and where it was read', (_, price) => {
    expect(price.usd).toBeGreaterThan(0);
    expect(price.page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/$/);
    expect(price.source).not.toBe('');
  });

  it('have a date', () => {
    expect(PRICES_READ_ON).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('cover every built-in recipe', () => {
    expect([...MEASURED_RECIPES.keys()]).toEqual([...recipeBook({}).keys()]);
  });
});
