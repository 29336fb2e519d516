// Where the connection string is kept. CloudFormation never sees the string itself, only the parameter's name.
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IStringParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

export interface DatabaseUrlOptions {
  /** Name of an SSM SecureString. Default `/millrace/database-url`. */
  readonly parameterName?: string;
  /** The customer managed key that encrypts it. Default: the account's own key for SSM. */
  readonly encryptionKey?: IKey;
}

/** Only refers to the parameter: CloudFormation cannot create a SecureString, so its owner puts it there. */
export function importDatabaseUrl(
  scope: Construct,
  id: string,
  options: DatabaseUrlOptions = {},
): IStringParameter {
  return StringParameter.fromSecureStringParameterAttributes(scope, id, {
    parameterName: '/millrace/database-url',
    ...options,
  });
}
