// What the functions are configured with. Each reads it from its environment once, at its cold start.

import { type AwsAccess, accessVariables, awsAccess } from '#functions/aws/access.ts';
import { requiredVariables } from '#functions/aws/required-variables.ts';
import { ALLOWED_ORIGINS, DATABASE_URL, DATABASE_URL_PARAMETER } from '#functions/environment.ts';
import { type CallerRules, readCallerRules } from './caller-rules.ts';

/** Where the connection string comes from. */
export type DatabaseUrlSource =
  | { readonly from: 'environment'; readonly url: string }
  | { readonly from: 'parameter'; readonly name: string; readonly access: AwsAccess };

export interface Settings {
  readonly databaseUrl: DatabaseUrlSource;
  readonly allowedOrigins: readonly string[];
  readonly callerRules: CallerRules;
}

type Environment = Readonly<Record<string, string | undefined>>;

const words = (text = '') => text.split(/[\s,]+/).filter((word) => word !== '');

/** Throws a TypeError that names all variables that are missing, not only the first. */
export function readSettings(environment: Environment): Settings {
  return {
    databaseUrl: databaseUrlSource(environment),
    allowedOrigins: words(environment[ALLOWED_ORIGINS]),
    callerRules: readCallerRules(environment),
  };
}

function databaseUrlSource(environment: Environment): DatabaseUrlSource {
  const parameter = environment[DATABASE_URL_PARAMETER];
  const url = environment[DATABASE_URL];
  if (!parameter && url) return { from: 'environment', url };
  const { name } = requiredVariables(environment, {
    name: DATABASE_URL_PARAMETER,
    ...accessVariables,
  });
  return { from: 'parameter', name, access: awsAccess(environment) };
}
