// Where the connection string is kept, and what each function is told of it.
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { DATABASE_URL_PARAMETER, DATABASE_URL_SECRET } from '#functions/environment.ts';
import { databasesVariable } from './databases.ts';
import { placeNamePattern, type SecretPlace, secretAt } from './secret-place.ts';
import { databaseUrlNameOf } from './stage.ts';

export const databaseUrlNamePattern = placeNamePattern;
export const databaseUrlNameIs = 'a name such as /shop/database-url';

/** Where the connection string is kept: in a parameter or in a secret, not in both. */
export interface DatabaseUrlOptions extends SecretPlace {
  /** Name of an SSM SecureString. Default `/millrace/database-url`, or `/millrace/<stage>/database-url`. */
  readonly parameterName?: string;
  /** Instead of a parameter: the name of a secret of Secrets Manager, in the account and region of the stack. */
  readonly secretName?: string;
  /** Instead of a parameter: the whole ARN of a secret, with the six characters that AWS has put at its end. */
  readonly secretArn?: string;
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

const variables = { ssm: DATABASE_URL_PARAMETER, secretsmanager: DATABASE_URL_SECRET };

/** Throws a TypeError when a parameter and a secret are given, or what is given cannot be the name of one. */
export function databaseUrlOf(scope: IConstruct, props: DatabaseUrlProps): DatabaseUrl {
  const placed = { property: 'databaseUrl', nameIs: databaseUrlNameIs };
  const { service, name, statements } = secretAt(scope, placeFor(props), placed);
  const environment = { [variables[service]]: name, ...databasesVariable(props.databases) };
  return { environment, statements };
}

/** Of whoever reads it. */
function placeFor({
  reader,
  stage,
  databases: _,
  perFunction,
  ...given
}: DatabaseUrlProps): SecretPlace {
  const place =
    given.secretName === undefined && given.secretArn === undefined
      ? { parameterName: databaseUrlNameOf(stage), ...given }
      : given;
  if (!perFunction) return place;
  if (given.secretArn !== undefined)
    throw new TypeError(
      'databaseUrl.perFunction adds to a name, which an ARN does not allow: give secretName instead of secretArn',
    );
  const { parameterName, secretName, ...rest } = place;
  return {
    ...rest,
    ...(parameterName !== undefined && { parameterName: `${parameterName}/${reader}` }),
    ...(secretName !== undefined && { secretName: `${secretName}/${reader}` }),
  };
}
