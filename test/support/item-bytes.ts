/**
 * The size of an item as DynamoDB counts it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') {
    const digits = String(Math.abs(value))
      .replace('.', '')
      .replace(/^0+|0+$/g, '').length;
    return Math.ceil(digits / 2) + 1 + Number(value < 0);
  }
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + 1 + itemBytesOf(element), 3);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, field]) => {
    return field === undefined ? sum : sum + 1 + Buffer.byteLength(name) + itemBytesOf(field);
  }, 3);
}
