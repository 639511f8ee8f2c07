import { INDEXES } from '../../core/catalog-layout.ts';
import { WORKERS, type WorkerName } from '../../core/names.ts';
import type { OuterFunction } from '../../docker/bundle.ts';

/** What a role may do with the parts of the two buckets, such as `source` or `processed/work/*`. */
export type BucketParts = Partial<Record<'reads' | 'lists' | 'writes' | 'deletes', string[]>>;

/** A worker of every deployment. */
type DeployedWorker = (typeof WORKERS)[number];

/** What the tests expect of a worker. */
interface ExpectedWorker {
  handlesPixels?: true;
  schedule?: string;
  /** It ends runs, so it publishes completion messages and signs links. */
  endsRuns?: true;
  /** Everything that its role may do, except for its own log and X-Ray; references are `{Id}`. */
  permissions: string[];
  /** What that means for the buckets, including the role of the signer. */
  buckets: BucketParts;
}

const SOURCE = 'arn:aws:s3:::{StorageSourceBucket}';
const PROCESSED = 'arn:aws:s3:::{StorageProcessedBucket}';
const TABLE = '{CatalogTable}';

/** To delete what was written for an image that was deleted meanwhile. */
const DELETING = deletingUnder('processed', 'augmented-images', 'work', 'details', 'previews');
export const DELETED_OUTPUTS = ['augmented-images', 'details', 'previews', 'processed', 'work'].map(
  (prefix) => `processed/${prefix}/*`,
);

const PUBLISHING = ['sns:Publish {CompletionTopic}', 'sts:AssumeRole {SignerRole}'];
const TELLING = ['sns:Publish {ProgressTopic}'];

/** What a function that ends runs may read by the role that signs links. */
export const LINKED_OUTPUTS = ['processed/augmented-images/*', 'processed/processed/*'];

function deletingUnder(...folders: string[]): string[] {
  const prefixes = folders.map((folder) => `${folder}/*`);
  return [
    ...prefixes.map((prefix) => `s3:DeleteObjectVersion ${PROCESSED}/${prefix}`),
    `s3:ListBucketVersions ${PROCESSED} if ${JSON.stringify({ StringLike: { 's3:prefix': prefixes } })}`,
  ];
}

function consuming(queue: string): string[] {
  return ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} ${queue}`);
}

/** The processor must read every upload, and the sweeper may delete any. */
export const EXPECTED_WORKERS: Readonly<Record<DeployedWorker, ExpectedWorker>> = {
  processor: {
    handlesPixels: true,
    endsRuns: true,
    permissions: [
      ...consuming('{ProcessorIngestQueue}'),
      `s3:GetObject ${SOURCE}/*`,
      `s3:GetObjectVersion ${SOURCE}/*`,
      `s3:ListBucket ${SOURCE}`,
      `s3:PutObject ${PROCESSED}/augmented-images/360-degree/*`,
      `s3:PutObject ${PROCESSED}/details/*`,
      `s3:PutObject ${PROCESSED}/previews/*`,
      `s3:PutObject ${PROCESSED}/processed/*`,
      `s3:PutObject ${PROCESSED}/work/*`,
      ...DELETING,
      `dynamodb:GetItem ${TABLE}`,
      `dynamodb:PutItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
      'sqs:SendMessage {PartsQueue}',
      ...PUBLISHING,
      ...TELLING,
    ],
    buckets: {
      reads: [...LINKED_OUTPUTS, 'source/*'],
      lists: ['processed', 'source'],
      writes: [
        'processed/augmented-images/360-degree/*',
        'processed/details/*',
        'processed/previews/*',
        'processed/processed/*',
        'processed/work/*',
      ],
      deletes: DELETED_OUTPUTS,
    },
  },
  parts: {
    handlesPixels: true,
    endsRuns: true,
    permissions: [
      ...consuming('{PartsQueue}'),
      `s3:GetObject ${PROCESSED}/work/*`,
      `s3:ListBucket ${PROCESSED}`,
      `s3:PutObject ${PROCESSED}/augmented-images/*`,
      ...DELETING,
      `dynamodb:GetItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
      'sqs:SendMessage {ProcessorIngestQueue}',
      ...PUBLISHING,
      ...TELLING,
    ],
    buckets: {
      reads: [...LINKED_OUTPUTS, 'processed/work/*'],
      lists: ['processed'],
      writes: ['processed/augmented-images/*'],
      deletes: DELETED_OUTPUTS,
    },
  },
  sweeper: {
    schedule: 'rate(5 minutes)',
    endsRuns: true,
    permissions: [
      `dynamodb:Query ${TABLE}`,
      `dynamodb:Query ${TABLE}/index/due`,
      `dynamodb:GetItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
      `dynamodb:PutItem ${TABLE}`,
      `dynamodb:DeleteItem ${TABLE}`,
      'sqs:SendMessage {ProcessorIngestQueue}',
      'sqs:SendMessage {PartsQueue}',
      'sqs:GetQueueAttributes {ProcessorIngestQueue}',
      'sqs:GetQueueAttributes {PartsQueue}',
      `s3:DeleteObjectVersion ${SOURCE}/*`,
      ...deletingUnder('processed', 'augmented-images', 'work', 'details', 'previews', 'exports'),
      ...PUBLISHING,
    ],
    buckets: {
      reads: LINKED_OUTPUTS,
      lists: ['processed'],
      deletes: [...DELETED_OUTPUTS, 'processed/exports/*', 'source/*'].sort(),
    },
  },
  recorder: {
    endsRuns: true,
    permissions: [
      ...consuming('{ProcessorIngestDeadLetters}'),
      ...consuming('{PartsDeadLetters}'),
      ...consuming('{ExportsDeadLetters}'),
      `dynamodb:GetItem ${TABLE}`,
      `dynamodb:PutItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
      ...PUBLISHING,
    ],
    buckets: { reads: LINKED_OUTPUTS },
  },
  reconciler: {
    schedule: 'rate(1 day)',
    permissions: [
      `s3:ListBucketVersions ${SOURCE}`,
      `dynamodb:GetItem ${TABLE}`,
      'sqs:SendMessage {ProcessorIngestQueue}',
    ],
    buckets: { lists: ['source'] },
  },
  exports: {
    permissions: [
      ...consuming('{ExportsQueue}'),
      `s3:GetObject ${PROCESSED}/augmented-images/*`,
      `s3:GetObject ${PROCESSED}/processed/*`,
      `s3:GetObject ${SOURCE}/*`,
      `s3:GetObjectVersion ${SOURCE}/*`,
      `s3:ListBucket ${PROCESSED}`,
      `s3:ListBucket ${SOURCE}`,
      `s3:PutObject ${PROCESSED}/exports/*`,
      `dynamodb:GetItem ${TABLE}`,
      `dynamodb:PutItem ${TABLE}`,
      `dynamodb:UpdateItem ${TABLE}`,
    ],
    buckets: {
      reads: [...LINKED_OUTPUTS, 'source/*'],
      lists: ['processed', 'source'],
      writes: ['processed/exports/*'],
    },
  },
};

/** Everything that the functions that face the outside may do, and the roles with which the API signs. */
export const EXPECTED_OUTSIDE: Readonly<Record<OuterFunction | 'links' | 'uploads', string[]>> = {
  api: [
    ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map(
      (action) => `dynamodb:${action} ${TABLE}`,
    ),
    ...Object.values(INDEXES).map(({ indexName }) => `dynamodb:Query ${TABLE}/index/${indexName}`),
    'dynamodb:PutItem {HttpLiveSocketsTable}',
    'sqs:SendMessage {ProcessorIngestQueue}',
    'sqs:SendMessage {PartsQueue}',
    'sqs:SendMessage {ExportsQueue}',
    'sns:Publish {CompletionTopic}',
    'sns:Publish {ProgressTopic}',
    'sts:AssumeRole {HttpSigningLinksRole}',
    'sts:AssumeRole {HttpSigningUploadsRole}',
    'lambda:InvokeFunction {HttpPixelsWorkerFunction}',
  ],
  pixels: [
    ...['GetItem', 'UpdateItem'].map((action) => `dynamodb:${action} ${TABLE}`),
    `s3:GetObject ${SOURCE}/*`,
    `s3:GetObjectVersion ${SOURCE}/*`,
    `s3:ListBucket ${SOURCE}`,
    `s3:GetObject ${PROCESSED}/previews/*`,
    `s3:PutObject ${PROCESSED}/previews/*`,
    ...DELETING,
  ],
  live: [
    ...['Query', 'PutItem', 'DeleteItem'].map((action) => `dynamodb:${action} {HttpLiveSocketsTable}`),
    'execute-api:ManageConnections arn:aws:execute-api:*:*:{HttpLiveApi}/live/POST/@connections/*',
  ],
  trends: [
    ...['BatchGetItem', 'DeleteItem', 'PutItem', 'Query'].map((action) => `dynamodb:${action} ${TABLE}`),
    `dynamodb:Query ${TABLE}/index/all`,
  ],
  health: [
    `dynamodb:GetItem ${TABLE}`,
    `s3:GetObject ${PROCESSED}/health-check`,
    `s3:GetObject ${SOURCE}/health-check`,
    `s3:ListBucket ${PROCESSED}`,
    `s3:ListBucket ${SOURCE}`,
    'sqs:GetQueueAttributes {PartsQueue}',
    'sqs:GetQueueAttributes {ProcessorIngestQueue}',
  ],
  links: [
    `s3:GetObject ${PROCESSED}/augmented-images/*`,
    `s3:GetObject ${PROCESSED}/details/*`,
    `s3:GetObject ${PROCESSED}/exports/*`,
    `s3:GetObject ${PROCESSED}/previews/*`,
    `s3:GetObject ${PROCESSED}/processed/*`,
    `s3:GetObject ${SOURCE}/*`,
    `s3:GetObjectVersion ${SOURCE}/*`,
  ],
  uploads: [`s3:PutObject ${SOURCE}/uploads/*`],
};

/** How the ids of the resources of an outer function begin. */
export function outerConstructOf(name: OuterFunction): string {
  return `Http${name.charAt(0).toUpperCase()}${name.slice(1)}Worker`;
}

/** The workers for which the condition holds, in alphabetical order. */
export function workersThat(holds: (expected: ExpectedWorker) => unknown): DeployedWorker[] {
  return WORKERS.filter((worker) => holds(EXPECTED_WORKERS[worker])).sort();
}

/** How the ids of a worker's resources begin. */
export function constructOf(worker: WorkerName): string {
  return `${worker.charAt(0).toUpperCase()}${worker.slice(1)}Worker`;
}
