import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { accept } from '../guard/accept.ts';
import { privateProps } from '../storage/private-bucket.ts';
import type { CustomDomain } from './custom-domain.ts';

interface AppHostingProps {
  config: DarkroomConfig;
  /** Hosts of API Gateway. */
  hosts: { api: string; live: string };
  domain: CustomDomain | undefined;
}

/**
 * One name for everything that browsers load: the app from a private bucket, the HTTP API, and live updates.
 *
 * The distribution waits for no function and no other bucket, because these name it.
 */
export class AppHosting extends Construct {
  readonly bucket: IBucket;
  readonly distribution: Distribution;
  /** The name under which users reach the deployment. */
  readonly host: string;

  constructor(scope: Construct, id: string, { config, hosts, domain }: AppHostingProps) {
    super(scope, id);
    this.bucket = this.makeBucket(config);
    const headers = this.makeHeaders();
    const files = this.filesBehavior(headers);
    const api = forwardTo(hosts.api, headers);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: Stack.of(this).stackName,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: { ...files, ...this.pageFunctions(), cachePolicy: CachePolicy.CACHING_DISABLED },
      additionalBehaviors: {
        '/assets/*': { ...files, cachePolicy: CachePolicy.CACHING_OPTIMIZED },
        '/api/*': api,
        '/health': api,
        '/live': forwardTo(hosts.live, headers),
      },
      ...(domain === undefined
        ? {}
        : {
            domainNames: [domain.name],
            certificate: domain.certificate,
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }),
    });
    domain?.pointTo(this.distribution);
    this.host = domain?.name ?? this.distribution.distributionDomainName;
    this.acceptFindings(domain);
  }

  private makeBucket(config: DarkroomConfig): IBucket {
    // Every deployment uploads the app again, so nothing is lost with the bucket.
    const bucket = new Bucket(this, 'Bucket', {
      ...privateProps(config),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reason =
      'It holds the files of the app alone, which anybody may read and which every deployment uploads.';
    accept(bucket, ['AwsSolutions-S1', 'CKV_AWS_18', 'CKV_AWS_21'], reason);
    // CDK's types predate exactOptionalPropertyTypes: a Bucket has optional fields where IBucket expects undefined.
    return bucket as IBucket;
  }

  /** The same headers as on the laptop, and HSTS. */
  private makeHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: this.nameOf('headers'),
      securityHeadersBehavior: {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: false },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: false },
      },
      customHeadersBehavior: {
        customHeaders: ['cross-origin-opener-policy', 'cross-origin-resource-policy'].map((header) => ({
          header,
          value: 'same-origin',
          override: false,
        })),
      },
    });
  }

  private filesBehavior(responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    const originAccessControl = new S3OriginAccessControl(this, 'Access', {
      originAccessControlName: this.nameOf('access'),
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy,
    };
  }

  private pageFunctions(): Pick<BehaviorOptions, 'functionAssociations'> {
    const events = { request: FunctionEventType.VIEWER_REQUEST, response: FunctionEventType.VIEWER_RESPONSE };
    return {
      functionAssociations: Object.entries(events).map(([name, eventType]) => ({
        eventType,
        function: new EdgeFunction(this, `On-${name}`, {
          functionName: this.nameOf(name),
          comment: `Darkroom: the ${name} for a page of the app`,
          code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, 'edge', `${name}.js`) }),
          runtime: FunctionRuntime.JS_2_0,
        }),
      })),
    };
  }

  /** These resources belong to the account, not to a region, so that two regions must not collide. */
  private nameOf(what: string): string {
    const { stackName, region } = Stack.of(this);
    return `${stackName}-${region}-${what}`;
  }

  private acceptFindings(domain: CustomDomain | undefined): void {
    const everywhere = 'Users are anywhere, and each of them logs in.';
    accept(this.distribution, ['AwsSolutions-CFR1'], everywhere);
    const limited = 'API Gateway limits the rate, and every route of the API wants a token.';
    accept(this.distribution, ['AwsSolutions-CFR2', 'CKV_AWS_68'], limited);
    const logged =
      'API Gateway logs each request to the API, and all the rest is files that anybody may read.';
    accept(this.distribution, ['AwsSolutions-CFR3', 'CKV_AWS_86'], logged);
    if (domain === undefined) {
      const own = 'CloudFront alone decides this for its own names, and domainName demands a newer TLS.';
      accept(this.distribution, ['AwsSolutions-CFR4', 'CKV_AWS_174'], own);
    }
  }
}

/** Requests that API Gateway answers, with everything they hold but the name of the host. */
function forwardTo(host: string, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    }),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    responseHeadersPolicy,
  };
}
