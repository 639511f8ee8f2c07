import { WORKERS } from '../../../core/names.ts';
import type { Loopback } from '../../support/emulators/loopback.ts';
import { type Deployment, loadSources, startDeployment } from '../lambdas/deployment.ts';
import { type AlarmFacts, type FunctionFacts, startControlPlane } from './control-plane.ts';

export const STACK = 'Darkroom-test';

/** What the stack gives its functions; the command has to find it there, not in its own environment. */
const VARIABLES = [
  'SOURCE_BUCKET',
  'PROCESSED_BUCKET',
  'TABLE_NAME',
  'TOPIC_ARN',
  'INGEST_QUEUE_URL',
  'PARTS_QUEUE_URL',
  'INGEST_DLQ_ARN',
  'PARTS_DLQ_ARN',
  'SIGNER_ROLE_ARN',
  'STUCK_AFTER_MS',
];

export interface DeployedStack extends Deployment {
  /** For the command: endpoints and credentials, and nothing of the functions' own. */
  env: NodeJS.ProcessEnv;
  /** Actions that AWS denies from now on. */
  denied: Set<string>;
  /** What CloudWatch knows; it may be changed. */
  alarms: AlarmFacts[];
  /** What CloudFormation and Lambda know of a function; it may be changed. */
  functionOf(worker: string): FunctionFacts;
}

/** The functions over emulators, as the stack of a real account has them, with CloudFormation to tell of it. */
export async function startDeployedStack(): Promise<DeployedStack> {
  const deployment = await startDeployment(loadSources);
  const variables = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name] ?? '']));
  const functions = WORKERS.map((worker) => ({
    logicalId: `${worker}WorkerFunction01234567`,
    name: `Darkroom-test-${worker}`,
    variables: { ...variables, POWERTOOLS_SERVICE_NAME: worker, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' },
    memoryMb: worker === 'processor' ? 2048 : 512,
  }));
  const queues = {
    ProcessorIngestQueue0A: variables.INGEST_QUEUE_URL ?? '',
    ProcessorIngestDeadLetters0B: deployment.consumptions.deadIngest.queueUrl,
    PartsQueue0C: variables.PARTS_QUEUE_URL ?? '',
    PartsDeadLetters0D: deployment.consumptions.deadParts.queueUrl,
  };
  const denied = new Set<string>();
  const alarms: AlarmFacts[] = [];
  const stack = { name: STACK, status: 'UPDATE_COMPLETE', functions, queues, alarms };
  const controlPlane = await startControlPlane(stack, denied);
  return {
    ...deployment,
    env: commandEnvironment(controlPlane),
    denied,
    alarms,
    functionOf(worker) {
      const found = functions.find(({ variables }) => variables.POWERTOOLS_SERVICE_NAME === worker);
      if (!found) throw new Error(`expected a stage, received ${worker}`);
      return found;
    },
    async close() {
      await controlPlane.close();
      await deployment.close();
    },
  };
}

function commandEnvironment({ url }: Loopback): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => /^(AWS_|PATH$|HOME$)/.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_ENDPOINT_URL_CLOUDWATCH: url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
  };
}
