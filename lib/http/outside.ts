import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { AppConfig } from '../../core/http/app-config.ts';
import type { DeployedSettingsJson } from '../../core/settings.ts';
import type { OuterFunction } from '../../docker/bundle.ts';
import { AppHosting } from '../app/app-hosting.ts';
import { AppUpload } from '../app/app-upload.ts';
import { CustomDomain, hasDomain } from '../app/custom-domain.ts';
import type { Storage } from '../storage/storage.ts';
import type { Queues } from '../workers/task-queue.ts';
import type { WorkerFunction } from '../workers/worker-function.ts';
import type { WorkerProps } from '../workers/worker-props.ts';
import { ApiFunction } from './api-function.ts';
import { ClassifyFunction } from './classify-function.ts';
import { HealthFunction } from './health-function.ts';
import { HttpApi } from './http-api.ts';
import { LiveUpdates, type Topics } from './live-updates.ts';
import { Login } from './login.ts';
import { PixelsFunction } from './pixels-function.ts';
import { SigningRoles } from './signing-roles.ts';
import { TrendsFunction } from './trends-function.ts';

interface OutsideProps extends WorkerProps {
  queues: Queues;
  topics: Topics;
  /** Of the domain name, where a stack of its own made it. */
  certificate: ICertificate | undefined;
}

/** What faces the outside: the app, the HTTP API, live updates and the login, all under one name. */
export class Outside extends Construct {
  readonly functions: Readonly<Record<OuterFunction, WorkerFunction>> & {
    readonly classify?: WorkerFunction;
  };
  readonly http: HttpApi;
  readonly live: LiveUpdates;
  readonly hosting: AppHosting;
  /** What users and programs need to know, as outputs of the stack. */
  readonly outputs: Readonly<Record<string, [description: string, value: string]>>;

  constructor(scope: Construct, id: string, props: OutsideProps) {
    super(scope, id);
    const { config, storage, key } = props;
    this.live = new LiveUpdates(this, 'Live', props);
    const { worker: api } = new ApiFunction(this, 'Api', { ...props, live: this.live });
    const pixels = new PixelsFunction(this, 'Pixels', props);
    pixels.allowInvocation(api);
    const classify = config.labels === 'off' ? undefined : new ClassifyFunction(this, 'Classify', props);
    classify?.allowInvocation(api);
    const { worker: trends } = new TrendsFunction(this, 'Trends', props);
    const { worker: health } = new HealthFunction(this, 'Health', props);
    this.functions = {
      api,
      pixels: pixels.worker,
      live: this.live.worker,
      trends,
      health,
      ...(classify ? { classify: classify.worker } : {}),
    };
    this.http = new HttpApi(this, 'Gateway', { config, key, api, health });
    const domain = hasDomain(config)
      ? new CustomDomain(this, 'CustomDomain', { config, certificate: props.certificate })
      : undefined;
    const hosts = { api: this.http.host, live: this.live.host };
    const hosting = new AppHosting(this, 'App', { config, hosts, domain });
    this.hosting = hosting;
    const url = `https://${hosting.host}`;
    const origins = config.appOrigin === undefined ? [url] : [url, config.appOrigin];
    storage.admitPages(origins);
    const login = new Login(this, 'Login', { config, origins });
    const roles = new SigningRoles(this, 'Signing', { storage, key, api });
    const { linkRoleArn, uploadRoleArn } = roles;
    const settings = {
      ...login.settings,
      linkRoleArn,
      uploadRoleArn,
      pixelsFunctionName: pixels.worker.function.functionName,
      ...(classify ? { classifyFunctionName: classify.worker.function.functionName } : {}),
      live: this.live.settings(hosting.host),
    };
    for (const each of [api, this.live.worker]) each.configureApi(settings);

    new AppUpload(this, 'AppUpload', {
      hosting,
      config,
      key,
      app: { api: '/api/v1', login: loginOf(login), samples: [] },
      origins: originsOf(hosting, storage, login),
    });
    this.outputs = {
      AppUrl: ['The app: open it in a browser', url],
      ApiUrl: ['The HTTP API', `${url}/api/v1`],
      HealthUrl: ['The state of health, for monitors', `${url}/health`],
      Issuer: ['Who issues access tokens for the API', login.settings.issuer],
      ...(login.settings.clientId === undefined
        ? {}
        : { AppClientId: ['The client of the app, for the login', login.settings.clientId] }),
      ...(login.userPool
        ? { UserPoolId: ['The users; darkroom users add invites one', login.userPool.userPoolId] }
        : {}),
    };
  }

  /** Gives the functions the settings that all functions have. Live updates need none of them. */
  configure(settings: DeployedSettingsJson): void {
    const { health, pixels, trends, classify } = this.functions;
    for (const each of [health, pixels, trends, classify]) each?.configure(settings);
    // The API signs with roles of its own and reads no dead letters, and its variables have little room.
    const { signerRoleArn: _, deadLetterQueueArns: __, ...ofApi } = settings;
    this.functions.api.configure(ofApi);
  }
}

/** What the app needs for its login; null where the owner's provider has no client for it. */
function loginOf({ settings: { issuer, clientId, scopes } }: Login): AppConfig['login'] {
  return clientId === undefined ? null : { issuer, clientId, scopes };
}

/** What the app loads besides its own files: signed links and forms of the buckets, live updates, and the login. */
function originsOf({ host }: AppHosting, { source, processed }: Storage, { providers }: Login) {
  const buckets = [source, processed].map(
    ({ bucketRegionalDomainName }) => `https://${bucketRegionalDomainName}`,
  );
  return { images: buckets, connections: [`wss://${host}`, ...buckets, ...providers] };
}
