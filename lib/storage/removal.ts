import { RemovalPolicy } from 'aws-cdk-lib';
import type { DarkroomConfig } from '../config/config.ts';

/** What happens to a resource that stores data when the stack is deleted. */
export function removalPolicyOf({ removal }: DarkroomConfig): RemovalPolicy {
  return removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
