import { RemovalPolicy } from 'aws-cdk-lib';
import type { DarkroomConfig } from '../config/config.ts';

/** What becomes of a resource that holds something when the stack goes. */
export function removalPolicyOf({ removal }: DarkroomConfig): RemovalPolicy {
  return removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
