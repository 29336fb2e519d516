// Where to call AWS and as whom. Lambda puts all of this into every function's environment.
import { requiredVariables } from './required-variables.ts';

/** The services that are called, by the names that signatures and host names have for them. */
export type AwsService = 'lambda' | 'scheduler' | 'sqs' | 'ssm' | 'secretsmanager';

export interface AwsAccess {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** Called instead of the region's own endpoints unless empty, as the variables that AWS's SDKs obey have it. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string | undefined>>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables without which nobody can call AWS. */
export const accessVariables = {
  region: 'AWS_REGION',
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
} as const;

/** Throws a TypeError that names all variables that are missing. */
export function awsAccess(environment: Environment): AwsAccess {
  return {
    ...requiredVariables(environment, accessVariables),
    sessionToken: environment['AWS_SESSION_TOKEN'],
    endpoints: {
      lambda: environment['AWS_ENDPOINT_URL_LAMBDA'],
      scheduler: environment['AWS_ENDPOINT_URL_SCHEDULER'],
      sqs: environment['AWS_ENDPOINT_URL_SQS'],
      ssm: environment['AWS_ENDPOINT_URL_SSM'],
      secretsmanager: environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'],
    },
  };
}

/** The service's own endpoint in a region; China's regions are under a domain of their own. */
export function regionalEndpoint(service: AwsService, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
