// Where the connection string is kept: a SecureString of SSM, or a secret of Secrets Manager. CloudFormation never sees
// the string itself. Whoever owns the database puts it there, since CloudFormation cannot create a SecureString.
import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { DATABASE_URL_PARAMETER, DATABASE_URL_SECRET } from '#functions/environment.ts';
import { databasesVariable } from './databases.ts';
import { shownValue } from './shown-value.ts';
import { databaseUrlNameOf } from './stage.ts';

export const databaseUrlNamePattern = /\/?[\w.-]+(\/[\w.-]+)*/;
export const databaseUrlNameIs = 'a name such as /shop/database-url';
const secretArnPattern = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+-\w{6}$/;

/** Where the connection string is kept: in a parameter or in a secret, not in both. */
export interface DatabaseUrlOptions {
  /** Name of an SSM SecureString. Default `/millrace/database-url`, or `/millrace/<stage>/database-url`. */
  readonly parameterName?: string;
  /** Instead of a parameter: the name of a secret of Secrets Manager, in the account and region of the stack. */
  readonly secretName?: string;
  /** Instead of a parameter: the whole ARN of a secret, with the six characters that AWS has put at its end. */
  readonly secretArn?: string;
  /** The customer managed key that encrypts it, or `{ keyArn }`. Default: the account's own key for the service. */
  readonly encryptionKey?: Pick<IKey, 'keyArn'>;
  /**
   * A login for each function: `/http`, `/consumer` or `/migrations` is added to the name, and no function may read
   * another's. Default false: all three have one.
   */
  readonly perFunction?: boolean;
}

export interface DatabaseUrlProps extends DatabaseUrlOptions {
  /** Whose connection string it is. */
  readonly reader: 'http' | 'consumer' | 'migrations';
  readonly stage: string | undefined;
  /** How many connection strings are there, in an order that does not change. */
  readonly databases: number;
}

/** What a function is told, and allowed, so that it can read its connection string. */
export interface DatabaseUrl {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** Throws a TypeError when a parameter and a secret are given, or what is given cannot be the name of one. */
export function databaseUrlOf(scope: IConstruct, props: DatabaseUrlProps): DatabaseUrl {
  requireOnePlace(props);
  const stack = Stack.of(scope);
  const { variable, name, arn, service, action } = placeOf(stack, props);
  const statements = [new PolicyStatement({ actions: [action], resources: [arn] })];
  if (props.encryptionKey) statements.push(decrypt(stack, props.encryptionKey, service));
  const environment = { [variable]: name, ...databasesVariable(props.databases) };
  return { environment, statements };
}

function requireOnePlace({ parameterName, secretName, secretArn }: DatabaseUrlOptions): void {
  const given = Object.entries({ parameterName, secretName, secretArn })
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  if (given.length > 1)
    throw new TypeError(`databaseUrl has one place; got ${given.join(' and ')}: leave one out`);
}

const inSsm = {
  variable: DATABASE_URL_PARAMETER,
  service: 'ssm',
  // The library's grantRead would add GetParameterHistory, with every password of the past.
  action: 'ssm:GetParameter',
};
const inSecretsManager = {
  variable: DATABASE_URL_SECRET,
  service: 'secretsmanager',
  action: 'secretsmanager:GetSecretValue',
};

function placeOf(stack: Stack, props: DatabaseUrlProps) {
  const { secretName, secretArn, parameterName = databaseUrlNameOf(props.stage) } = props;
  if (secretArn !== undefined) {
    requireSecretArn(props);
    return { ...inSecretsManager, name: secretArn, arn: secretArn };
  }
  if (secretName !== undefined) {
    const name = nameFor(props, 'secretName', secretName);
    // AWS puts six characters of its own behind the name, so that a secret made anew is not taken for the old one.
    return { ...inSecretsManager, name, arn: secretArnOf(stack, `${name}-??????`) };
  }
  const name = nameFor(props, 'parameterName', parameterName);
  return { ...inSsm, name, arn: parameterArnOf(stack, name) };
}

const parameterArnOf = (stack: Stack, name: string): string =>
  // The slash between "parameter" and a name is not written twice.
  stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') });

const secretArnOf = (stack: Stack, name: string): string =>
  stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

function nameFor(props: DatabaseUrlProps, option: string, name: string): string {
  if (!new RegExp(`^${databaseUrlNamePattern.source}$`).test(name))
    throw new TypeError(`databaseUrl.${option} is ${databaseUrlNameIs}; got ${shownValue(name)}`);
  return props.perFunction ? `${name}/${props.reader}` : name;
}

function requireSecretArn({ secretArn = '', perFunction }: DatabaseUrlProps): void {
  if (perFunction)
    throw new TypeError(
      'databaseUrl.perFunction adds to a name, which an ARN does not allow: give secretName instead of secretArn',
    );
  // The ARN of a secret of the same application is known at the deployment only.
  if (!Token.isUnresolved(secretArn) && !secretArnPattern.test(secretArn))
    throw new TypeError(
      `databaseUrl.secretArn is the whole ARN of a secret, with the six characters at its end; got ${shownValue(secretArn)}`,
    );
}

/** Only through the service that keeps the string, so that the function itself can decrypt nothing. */
const decrypt = (stack: Stack, key: Pick<IKey, 'keyArn'>, service: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.${stack.region}.${stack.urlSuffix}` },
    },
  });
