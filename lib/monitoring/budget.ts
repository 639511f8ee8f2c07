import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';

/** The kind of costs and the percentage of the budget at which the operations topic gets a notice. */
const NOTICES = [
  ['ACTUAL', 80],
  ['ACTUAL', 100],
  ['FORECASTED', 100],
] as const;

interface BudgetProps {
  config: DarkroomConfig;
  topic: ITopic;
}

/** The monthly budget, if the configuration sets one. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { config, topic }: BudgetProps) {
    super(scope, id);
    if (config.monthlyBudgetUsd === undefined) return;
    const tag = `user:deployment$${Stack.of(this).stackName}`;
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: config.monthlyBudgetUsd, unit: 'USD' },
        ...(config.budgetCovers === 'deployment' ? { costFilters: { TagKeyValue: [tag] } } : {}),
      },
      notificationsWithSubscribers: NOTICES.map(([notificationType, threshold]) => ({
        notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
    // And on its policy, which admits Budgets: AWS refuses a topic to which it may not publish.
    budget.node.addDependency(topic);
  }
}
