import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Amount } from '../../core/settings.ts';

/** A conditional update of what somebody has used on a day. */
type QuotaUpdate = (day: string, wanted: Amount, quota: Amount) => Partial<UpdateCommandInput>;

const NAMES = { '#day': 'day', '#images': 'images', '#bytes': 'bytes' };

/** Each counter has one item, which holds the latest day alone. */
export function quotaKeyOf(counter: string) {
  return { imageId: `quota#${counter}`, entry: 'today' };
}

/** Adds to what was counted on the day, where there is room. */
export const addedTo: QuotaUpdate = (day, wanted, quota) => ({
  UpdateExpression: 'ADD #images :images, #bytes :bytes',
  ConditionExpression: '#day = :day AND #images <= :imagesBefore AND #bytes <= :bytesBefore',
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: {
    ':day': day,
    ':images': wanted.count,
    ':bytes': wanted.bytes,
    ':imagesBefore': quota.count - wanted.count,
    ':bytesBefore': quota.bytes - wanted.bytes,
  },
});

/** Begins the count of the day, where it has not begun. Somebody else may begin it at the same time. */
export const begun: QuotaUpdate = (day, wanted, quota) => ({
  UpdateExpression: 'SET #day = :day, #images = :images, #bytes = :bytes',
  ConditionExpression:
    '(attribute_not_exists(#day) OR #day < :day) AND :images <= :mostImages AND :bytes <= :mostBytes',
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: {
    ':day': day,
    ':images': wanted.count,
    ':bytes': wanted.bytes,
    ':mostImages': quota.count,
    ':mostBytes': quota.bytes,
  },
});
