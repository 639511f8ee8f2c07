import { type QueueName, WORKERS } from '../../../core/names.ts';
import { readDeployedSettings, SETTINGS_VARIABLE } from '../../../core/settings.ts';
import type { Loopback } from '../../support/emulators/loopback.ts';
import { type Deployment, loadSources, startDeployment } from '../../support/lambdas/deployment.ts';
import { type AlarmFacts, type FunctionFacts, startControlPlane } from './control-plane.ts';

export const STACK = 'Darkroom-test';

export interface DeployedStack extends Deployment {
  /** The command's environment: endpoints and credentials, but no settings of functions. */
  env: NodeJS.ProcessEnv;
  /** Actions that AWS denies from now on. */
  denied: Set<string>;
  /** The alarms in CloudWatch. A test may change them. */
  alarms: AlarmFacts[];
  /** A function in CloudFormation and Lambda. A test may change it. */
  functionOf(worker: string): FunctionFacts;
}

/** The functions over emulators, and a CloudFormation with their stack. */
export async function startDeployedStack(): Promise<DeployedStack> {
  const deployment = await startDeployment(loadSources);
  // The command must find them at the functions, not in its own environment.
  const json = process.env[SETTINGS_VARIABLE] ?? '';
  const { queueUrls } = readDeployedSettings(json);
  const urlOf = (queue: QueueName): string => queueUrls[queue] ?? '';
  const functions = WORKERS.map((worker) => ({
    logicalId: `${worker}WorkerFunction01234567`,
    name: `Darkroom-test-${worker}`,
    variables: {
      [SETTINGS_VARIABLE]: json,
      POWERTOOLS_SERVICE_NAME: worker,
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    },
    memoryMb: worker === 'processor' ? 2048 : 512,
  }));
  const queues = {
    ProcessorIngestQueue0A: urlOf('ingest'),
    ProcessorIngestDeadLetters0B: deployment.consumptions.deadIngest.queueUrl,
    PartsQueue0C: urlOf('parts'),
    PartsDeadLetters0D: deployment.consumptions.deadParts.queueUrl,
    ExportsQueue0E: urlOf('exports'),
    ExportsDeadLetters0F: deployment.consumptions.deadExports.queueUrl,
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
      if (!found) throw new Error(`expected a worker, received ${worker}`);
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
