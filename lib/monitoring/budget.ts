import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';

/** What has to come true of the budget, in percent, before the operations topic is told. */
const NOTICES = [
  ['ACTUAL', 80],
  ['ACTUAL', 100],
  ['FORECASTED', 100],
] as const;

interface BudgetProps {
  config: DarkroomConfig;
  topic: ITopic;
}

/** The budget of a month, where the configuration sets one. */
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
    // With its policy, which admits the budget: AWS refuses a topic that it may not publish to.
    budget.node.addDependency(topic);
  }
}
