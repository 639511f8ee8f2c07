import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { AppConfig } from '../../core/http/app-config.ts';
import { contentPolicy } from '../../core/http/content-policy.ts';
import type { DarkroomConfig } from '../config/config.ts';
import { accept, acceptPatterns } from '../guard/accept.ts';
import type { CustomerKey } from '../storage/customer-key.ts';
import { removalPolicyOf } from '../storage/removal.ts';
import { acceptManagedKey, acceptNoVpc } from '../workers/accepted-findings.ts';
import { appFiles } from './app-files.ts';
import type { AppHosting } from './app-hosting.ts';

interface AppUploadProps {
  config: DarkroomConfig;
  key: CustomerKey | undefined;
  hosting: AppHosting;
  app: AppConfig;
  /** What the app connects to, and whence it shows pictures, besides its own origin. */
  origins: { connections: string[]; images: string[] };
}

/** How long a browser may keep a file whose name tells its content. */
const FOREVER = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];

/** Uploads the app at each deployment: first the files that its page names, then the page and its configuration. */
export class AppUpload extends Construct {
  private readonly bucket: AppHosting['bucket'];
  private readonly role: Role;
  private readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, key, hosting, app, origins }: AppUploadProps) {
    super(scope, id);
    this.bucket = hosting.bucket;
    const asset = appFiles(this, 'Files');
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicyOf(config),
      ...(key ? { encryptionKey: key.key } : {}),
    });
    this.role = this.makeRole(asset);
    const files = Source.bucket(asset.bucket, asset.s3ObjectKey);
    const assets = this.upload('Assets', [files], {
      exclude: ['*'],
      include: ['assets/*'],
      cacheControl: FOREVER,
    });
    const page = this.upload('Page', [files, Source.jsonData('config.json', app)], {
      exclude: ['assets/*'],
      cacheControl: [CacheControl.noCache()],
      metadata: {
        'content-policy': contentPolicy({
          images: ['blob:', 'data:', ...origins.images],
          connections: origins.connections,
        }),
      },
    });
    assets.node.addDependency(this.role);
    page.node.addDependency(assets);
    if (!key) acceptManagedKey(this.logGroup);
    this.acceptFindings();
  }

  private upload(
    id: string,
    sources: ISource[],
    options: Partial<ConstructorParameters<typeof BucketDeployment>[2]>,
  ): BucketDeployment {
    return new BucketDeployment(this, id, {
      ...options,
      sources,
      destinationBucket: this.bucket,
      role: this.role.withoutPolicyUpdates(),
      logGroup: this.logGroup,
      memoryLimit: 256,
      // Pages that are open in browsers still load the files that belong to them.
      prune: false,
      retainOnDelete: false,
    });
  }

  /** CDK would grant more: all reading of both buckets, and all deleting. */
  private makeRole(asset: Asset): Role {
    const role = new Role(this, 'Role', {
      description: 'What the upload of the app may do',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    const read = [asset.bucket.arnForObjects('*')];
    const written = [this.bucket.arnForObjects('*')];
    allow(['s3:GetObject'], read);
    allow(['s3:PutObject', 's3:DeleteObject'], written);
    allow(['s3:ListBucket', 's3:GetBucketTagging'], [this.bucket.bucketArn]);
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]);
    acceptPatterns(role, [...read, ...written], 'The files of the app, whose names tell their content.');
    return role;
  }

  /** CDK makes one function for all uploads of a stack, as a child of the stack. */
  private acceptFindings(): void {
    const children = Stack.of(this).node.children;
    const uploader = children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    if (uploader === undefined) throw new Error('expected the function of CDK that uploads');
    accept(
      uploader,
      ['AwsSolutions-L1', 'Serverless-LambdaLatestVersion'],
      'CDK chooses the runtime of its own function.',
    );
    acceptNoVpc(uploader);
    const once = 'It runs during a deployment, which fails with it and says why.';
    accept(
      uploader,
      ['Serverless-LambdaDLQ', 'Serverless-LambdaTracing', 'CKV_AWS_115', 'CKV_AWS_116'],
      once,
    );
  }
}
