// What the functions are configured with. Each reads it from its environment once, at its cold start.

import { type AwsAccess, accessVariables, awsAccess } from '#functions/aws/access.ts';
import { requiredVariables } from '#functions/aws/required-variables.ts';
import {
  ALLOWED_ORIGINS,
  DATABASE_URL,
  DATABASE_URL_PARAMETER,
  DATABASE_URL_SECRET,
} from '#functions/environment.ts';
import { type CallerRules, readCallerRules } from './caller-rules.ts';

/** Where the connection string comes from. */
export type DatabaseUrlSource =
  | { readonly from: 'environment'; readonly url: string }
  | { readonly from: 'parameter' | 'secret'; readonly name: string; readonly access: AwsAccess };

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
  const secret = environment[DATABASE_URL_SECRET];
  const parameter = environment[DATABASE_URL_PARAMETER];
  const url = environment[DATABASE_URL];
  if (secret && parameter)
    throw new TypeError(
      `The connection string has one place: leave out ${DATABASE_URL_SECRET} or ${DATABASE_URL_PARAMETER}`,
    );
  if (!secret && !parameter && url) return { from: 'environment', url };
  const from = secret ? 'secret' : 'parameter';
  const variable = secret ? DATABASE_URL_SECRET : DATABASE_URL_PARAMETER;
  const { name } = requiredVariables(environment, { name: variable, ...accessVariables });
  return { from, name, access: awsAccess(environment) };
}
