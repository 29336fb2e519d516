// What the functions are configured with. Each reads it from its environment once, at its cold start.

import type { AwsAccess } from '#functions/aws/parameter.ts';
import {
  ALLOWED_ORIGINS,
  DATABASE_URL,
  DATABASE_URL_PARAMETER,
  IAM_SCOPES,
} from '#functions/environment.ts';

/** Where the connection string comes from. */
export type DatabaseUrlSource =
  | { readonly from: 'environment'; readonly url: string }
  | { readonly from: 'parameter'; readonly name: string; readonly access: AwsAccess };

export interface Settings {
  readonly databaseUrl: DatabaseUrlSource;
  readonly allowedOrigins: readonly string[];
  readonly iamScopes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const words = (text = '') => text.split(/[\s,]+/).filter((word) => word !== '');

/** Throws a TypeError that names all variables that are missing, not only the first. */
export function readSettings(environment: Environment): Settings {
  return {
    databaseUrl: databaseUrlSource(environment),
    allowedOrigins: words(environment[ALLOWED_ORIGINS]),
    iamScopes: words(environment[IAM_SCOPES]),
  };
}

function databaseUrlSource(environment: Environment): DatabaseUrlSource {
  const parameter = environment[DATABASE_URL_PARAMETER];
  const url = environment[DATABASE_URL];
  if (!parameter && url) return { from: 'environment', url };
  const { name, region, accessKeyId, secretAccessKey } = required(environment, {
    name: DATABASE_URL_PARAMETER,
    region: 'AWS_REGION',
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  });
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL_SSM: endpoint } = environment;
  return {
    from: 'parameter',
    name,
    access: { region, accessKeyId, secretAccessKey, sessionToken, endpoint },
  };
}

function required<Key extends string>(
  environment: Environment,
  names: Record<Key, string>,
): Record<Key, string> {
  const entries = Object.entries<string>(names).map(([key, name]) => [key, environment[name]]);
  const missing = Object.values<string>(names).filter((name) => !environment[name]);
  if (missing.length > 0)
    throw new TypeError(
      `Missing environment variables: ${missing.join(', ')} (or, on a laptop, ${DATABASE_URL} alone)`,
    );
  return Object.fromEntries(entries);
}
