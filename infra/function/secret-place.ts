// Where a secret text is kept, and what reads it: a SecureString of SSM, or a secret of Secrets Manager. CloudFormation never sees the
// text itself. Whoever owns it puts it there, since CloudFormation cannot create a SecureString.
import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { shownValue } from './shown-value.ts';

export const placeNamePattern = /\/?[\w.-]+(\/[\w.-]+)*/;
const secretArnPattern = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+-\w{6}$/;

/** Where a secret text is kept: in a parameter or in a secret, not in both. */
export interface SecretPlace {
  /** Name of an SSM SecureString. */
  readonly parameterName?: string;
  /** The name of a secret of Secrets Manager, in the account and region of the stack. */
  readonly secretName?: string;
  /** The whole ARN of a secret, with the six characters that AWS has put at its end. */
  readonly secretArn?: string;
  /** The customer managed key that encrypts it, or `{ keyArn }`. Default: the account's own key for the service. */
  readonly encryptionKey?: Pick<IKey, 'keyArn'>;
}

/** What a function is told, and allowed, so that it can read the text. */
export interface ReadableSecret {
  readonly service: 'ssm' | 'secretsmanager';
  /** As the service is asked for it. */
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

interface Placed {
  /** The property that says the place, for messages. */
  readonly property: string;
  /** What such a name is, for messages. */
  readonly nameIs: string;
}

/** Throws a TypeError unless one place is given, whose name can be one. */
export function secretAt(scope: IConstruct, place: SecretPlace, placed: Placed): ReadableSecret {
  requireOnePlace(place, placed);
  const stack = Stack.of(scope);
  const { service, name, arn, action } = placeOf(stack, place, placed);
  const statements = [new PolicyStatement({ actions: [action], resources: [arn] })];
  if (place.encryptionKey) statements.push(decrypt(stack, place.encryptionKey, service));
  return { service, name, statements };
}

function requireOnePlace(
  { parameterName, secretName, secretArn }: SecretPlace,
  { property }: Placed,
): void {
  const given = Object.entries({ parameterName, secretName, secretArn })
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  if (given.length === 0)
    throw new TypeError(`${property} needs parameterName, secretName or secretArn`);
  if (given.length > 1)
    throw new TypeError(`${property} has one place; got ${given.join(' and ')}: leave one out`);
}

// The library's grantRead would add GetParameterHistory, with every secret of the past.
const inSsm = { service: 'ssm', action: 'ssm:GetParameter' } as const;
const inSecretsManager = {
  service: 'secretsmanager',
  action: 'secretsmanager:GetSecretValue',
} as const;

function placeOf(stack: Stack, place: SecretPlace, placed: Placed) {
  const { secretName, secretArn, parameterName } = place;
  if (secretArn !== undefined) {
    requireSecretArn(secretArn, placed);
    return { ...inSecretsManager, name: secretArn, arn: secretArn };
  }
  if (secretName !== undefined) {
    const name = requireName(placed, 'secretName', secretName);
    // AWS puts six characters of its own behind the name, so that a secret made anew is not taken for the old one.
    return { ...inSecretsManager, name, arn: secretArnOf(stack, `${name}-??????`) };
  }
  const name = requireName(placed, 'parameterName', parameterName ?? '');
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

function requireName({ property, nameIs }: Placed, option: string, name: string): string {
  if (!new RegExp(`^${placeNamePattern.source}$`).test(name))
    throw new TypeError(`${property}.${option} is ${nameIs}; got ${shownValue(name)}`);
  return name;
}

function requireSecretArn(secretArn: string, { property }: Placed): void {
  // The ARN of a secret of the same application is known at the deployment only.
  if (!Token.isUnresolved(secretArn) && !secretArnPattern.test(secretArn))
    throw new TypeError(
      `${property}.secretArn is the whole ARN of a secret, with the six characters at its end; got ${shownValue(secretArn)}`,
    );
}

/** Only through the service that keeps the text, so that the function itself can decrypt nothing. */
const decrypt = (stack: Stack, key: Pick<IKey, 'keyArn'>, service: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.${stack.region}.${stack.urlSuffix}` },
    },
  });
