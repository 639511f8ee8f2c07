import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { INDEXES } from '../../../../core/catalog-layout.ts';
import { itemBytesOf } from '../../../support/item-bytes.ts';

type Item = Record<string, unknown>;

/** The requests of the functions, and what DynamoDB would charge for them. */
export interface Observed {
  /** How often each command was sent, as `PutObject`, `SendMessageBatch`, … */
  commands: Record<string, number>;
  writeUnits: number;
  indexWriteUnits: number;
  readUnits: number;
  /** Size of the last record, in bytes as DynamoDB counts them. */
  itemBytes: number;
  /** Lines that were logged, each as compact JSON. */
  lines: string[];
}

const KB = 1024;

/** Counts every call of the AWS clients from now on, until `vi.restoreAllMocks()`. */
export function observe(): Observed {
  const observed: Observed = {
    commands: {},
    writeUnits: 0,
    indexWriteUnits: 0,
    readUnits: 0,
    itemBytes: 0,
    lines: [],
  };
  for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => {
      observed.lines.push(JSON.stringify(JSON.parse(String(line))));
    });
  }
  let record: Item | undefined;
  for (const client of [S3Client, SQSClient, SNSClient, DynamoDBDocumentClient]) {
    const prototype = client.prototype as { send(command: unknown): Promise<Item> };
    const original = prototype.send;
    vi.spyOn(prototype, 'send').mockImplementation(async function (this: unknown, command) {
      const name = (command as object).constructor.name.replace(/Command$/, '');
      observed.commands[name] = (observed.commands[name] ?? 0) + 1;
      const answer = await original.call(this, command);
      if (name === 'Get') observed.readUnits += Math.ceil(itemBytesOf(answer.Item ?? {}) / (4 * KB)) || 1;
      const after = name === 'Put' ? (command as { input: { Item: Item } }).input.Item : answer.Attributes;
      if ((name === 'Put' || name === 'Update') && after) {
        const item = after as Item;
        observed.itemBytes = itemBytesOf(item);
        observed.writeUnits += Math.ceil(Math.max(observed.itemBytes, itemBytesOf(record ?? {})) / KB);
        observed.indexWriteUnits += indexUnits(record ?? {}, item);
        record = item;
      }
      return answer;
    });
  }
  return observed;
}

/** An entry of an index that holds keys alone is written when they change: taken out, put in, or both. */
function indexUnits(before: Item, after: Item): number {
  let units = 0;
  for (const { partitionKey, sortKey } of Object.values(INDEXES)) {
    const [was, is] = [before, after].map((item) =>
      item[partitionKey] && item[sortKey] ? `${item[partitionKey]} ${item[sortKey]}` : undefined,
    );
    if (was !== is) units += Number(was !== undefined) + Number(is !== undefined);
  }
  return units;
}
