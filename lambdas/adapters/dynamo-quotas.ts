import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { UploadQuota } from '../../core/settings.ts';

/** A conditional update of what an owner has uploaded on a day. */
type QuotaUpdate = (day: string, wanted: UploadQuota, quota: UploadQuota) => Partial<UpdateCommandInput>;

const NAMES = { '#day': 'day', '#images': 'images', '#bytes': 'bytes' };

/** Each owner has one item, which holds the latest day alone. */
export function quotaKeyOf(owner: string) {
  return { imageId: `quota#${owner}`, entry: 'today' };
}

/** Adds to what was counted on the day, where there is room. */
export const addedTo: QuotaUpdate = (day, wanted, quota) => ({
  UpdateExpression: 'ADD #images :images, #bytes :bytes',
  ConditionExpression: '#day = :day AND #images <= :imagesBefore AND #bytes <= :bytesBefore',
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: {
    ':day': day,
    ':images': wanted.images,
    ':bytes': wanted.bytes,
    ':imagesBefore': quota.images - wanted.images,
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
    ':images': wanted.images,
    ':bytes': wanted.bytes,
    ':mostImages': quota.images,
    ':mostBytes': quota.bytes,
  },
});
