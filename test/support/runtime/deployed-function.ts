// A function as its template describes it.

/** Of the template's resource. */
export interface FunctionProperties {
  readonly Code: { readonly S3Key: string };
  /** File and export, such as index.handler. */
  readonly Handler: string;
  /** In MB. */
  readonly MemorySize: number;
  /** In seconds. */
  readonly Timeout: number;
  readonly LoggingConfig: { readonly LogFormat: string };
  /** Texts, or references to other resources. */
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
}

export interface DeployedFunction {
  readonly name: string;
  /** The code that the deployment uploads. */
  readonly folder: string;
  readonly properties: FunctionProperties;
}

/** ARNs that the template leaves to CloudFormation are filled in so that they can be told apart. */
export const arnOf = (name: string): string => `arn:aws:lambda:local:000000000000:function:${name}`;

/** What Lambda puts into the environment of the function's processes, beside the credentials. */
export function environmentOf(
  { name, folder, properties }: DeployedFunction,
  version: string,
): Record<string, string> {
  const { Environment, Handler, MemorySize, LoggingConfig } = properties;
  const variables = Object.entries(Environment?.Variables ?? {});
  return {
    ...Object.fromEntries(variables.map(([key, value]) => [key, filledIn(value)])),
    _HANDLER: Handler,
    LAMBDA_TASK_ROOT: folder,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    AWS_LAMBDA_LOG_FORMAT: LoggingConfig.LogFormat,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  };
}

/** A reference to another resource becomes that resource's name, or the ARN with this name. */
function filledIn(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: string[] };
  if (Ref) return Ref;
  if (attribute?.[0] && attribute[1] === 'Arn') return arnOf(attribute[0]);
  throw new Error(`The template gives a value that is not known here: ${JSON.stringify(value)}`);
}
