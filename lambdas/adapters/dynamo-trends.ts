import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TrendMarks, TrendReader, TrendStore } from '../../core/ports.ts';
import { compareTrends, type Trend } from '../../core/trends/trends.ts';
import { DynamoTable, type Item } from './dynamo-table.ts';
import { inParallel } from './merge.ts';

/** The partition of the days that have to be written anew. */
const TOUCHED = 'trends-touched';
/** Queries at the same time; each day has one. */
const AT_ONCE = 16;
const WRITES_AT_ONCE = 16;
const DAY_MS = 86_400_000;

/** An item of a day: the figures of one owner, or of everybody, and one recipe. */
interface TrendItem extends Item {
  entry: string;
  trend: Trend;
}

/** Trends in the table of the catalog: a partition for each day, in it an entry for each owner and recipe. */
export function dynamoTrends(
  client: DynamoDBDocumentClient,
  tableName: string,
): TrendReader & TrendStore & TrendMarks {
  const table = new DynamoTable(client, tableName);

  async function itemsOf(day: string, prefix = ''): Promise<TrendItem[]> {
    const items = table.query<TrendItem>({
      KeyConditionExpression: `imageId = :day${prefix === '' ? '' : ' AND begins_with(entry, :prefix)'}`,
      ExpressionAttributeValues: {
        ':day': partitionOf(day),
        ...(prefix === '' ? {} : { ':prefix': prefix }),
      },
    });
    return all(items);
  }

  return {
    async read({ owner, from, to }) {
      const days = daysBetween(from, to);
      const items = await inParallel(days, AT_ONCE, (day) => itemsOf(day, prefixOf(owner)));
      return items
        .flat()
        .map(({ trend }) => trend)
        .sort(compareTrends);
    },

    async replaceDay(day, trends) {
      const entries = new Map(trends.map((trend) => [prefixOf(trend.owner) + trend.recipe, trend]));
      const stale = (await itemsOf(day)).filter(({ entry }) => !entries.has(entry));
      await inParallel([...entries], WRITES_AT_ONCE, ([entry, trend]) =>
        table.replace({ imageId: partitionOf(day), entry, trend }),
      );
      await inParallel(stale, WRITES_AT_ONCE, ({ entry }) =>
        table.delete({ imageId: partitionOf(day), entry }),
      );
    },

    async touch(day) {
      await table.replace({ imageId: TOUCHED, entry: day });
    },

    async touchedDays() {
      const items = table.query<{ entry: string }>({
        KeyConditionExpression: 'imageId = :touched',
        ExpressionAttributeValues: { ':touched': TOUCHED },
        ConsistentRead: true,
      });
      return (await all(items)).map(({ entry }) => entry);
    },

    async forgetTouched(day) {
      await table.delete({ imageId: TOUCHED, entry: day });
    },
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function partitionOf(day: string): string {
  return `trends#${day}`;
}

/** An owner's name has no slash, and is not empty. */
function prefixOf(owner: string | null): string {
  return `${owner ?? ''}/`;
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += DAY_MS) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
