// Secrets of the handlers, such as those of webhooks: each function that runs them is told where each is, and may read it there, and
// reads it when it runs.
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { requireOwnNames } from '#infra/function/own-environment.ts';
import { type SecretPlace, secretAt } from '#infra/function/secret-place.ts';

/** By the variable that webhooks name them by, such as `CRM_SECRETS`. */
export type HandlerSecrets = Readonly<Record<string, SecretPlace>>;

interface SecretsOfHandlers {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** What is added to the variable's name, by where the secret is. */
const endings = { ssm: '_PARAMETER', secretsmanager: '_SECRET' };
const nameIs = 'a name such as /shop/crm-secrets';

/** Throws a TypeError that names the secret whose place cannot be one. */
export function handlerSecretsOf(scope: IConstruct, secrets: HandlerSecrets): SecretsOfHandlers {
  const read = Object.entries(secrets).map(([variable, place]) => ({
    variable,
    ...secretAt(scope, place, { property: `consumer.secrets.${variable}`, nameIs }),
  }));
  return {
    environment: Object.fromEntries(
      read.map(({ variable, service, name }) => [`${variable}${endings[service]}`, name]),
    ),
    statements: read.flatMap(({ statements }) => statements),
  };
}

/** Throws a TypeError on a variable that cannot be one, or that the environment has as well: a webhook takes its secrets from one place. */
export function requireHandlerSecrets(
  secrets: HandlerSecrets,
  environment: Readonly<Record<string, string>>,
): void {
  requireOwnNames('consumer.secrets', secrets);
  for (const variable of Object.keys(secrets))
    for (const name of [variable, ...Object.values(endings).map((ending) => variable + ending)])
      if (name in environment)
        throw new TypeError(
          `consumer.secrets has ${variable}, and consumer.environment has ${name}: leave one out`,
        );
}

/** As settings have them: each place is the name of a SecureString, or the ARN of a secret. */
export const handlerSecretsAt = (places: Readonly<Record<string, string>>): HandlerSecrets =>
  Object.fromEntries(
    Object.entries(places).map(([variable, place]) => [
      variable,
      place.startsWith('arn:') ? { secretArn: place } : { parameterName: place },
    ]),
  );
