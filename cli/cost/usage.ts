import type { PRICES } from './prices.ts';

/** An amount of something that has a price. */
export interface Usage {
  service: string;
  item: string;
  price: keyof typeof PRICES;
  quantity: number;
}

export function usage(service: string, item: string, price: Usage['price'], quantity: number): Usage {
  return { service, item, price, quantity };
}

/** What Lambda bills for a number of equal calls. */
export function gbSeconds(calls: number, ms: number, memoryMb: number): number {
  return ((calls * ms) / 1000) * (memoryMb / 1024);
}
