// Where a function finds its connection string: it reads that from its environment once, at its cold start.

import { type AwsAccess, accessVariables, awsAccess } from '#functions/aws/access.ts';
import { requiredVariables } from '#functions/aws/required-variables.ts';
import {
  DATABASE_URL,
  DATABASE_URL_PARAMETER,
  DATABASE_URL_SECRET,
} from '#functions/environment.ts';
import { loadHttps } from '#queue/http-exchange.ts';
import { misuse } from '#queue/misuse.ts';

/** Where the connection string comes from. */
export type DatabaseUrlSource =
  | { readonly from: 'environment'; readonly url: string }
  | { readonly from: 'parameter' | 'secret'; readonly name: string; readonly access: AwsAccess };

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a TypeError that names all variables that are missing, not only the first. */
export function readDatabaseUrl(environment: Environment): DatabaseUrlSource {
  const secret = environment[DATABASE_URL_SECRET];
  const parameter = environment[DATABASE_URL_PARAMETER];
  const url = environment[DATABASE_URL];
  if (secret && parameter)
    misuse(
      `The connection string has one place: leave out ${DATABASE_URL_SECRET} or ${DATABASE_URL_PARAMETER}`,
    );
  if (!secret && !parameter && url) return { from: 'environment', url };
  const from = secret ? 'secret' : 'parameter';
  const variable = secret ? DATABASE_URL_SECRET : DATABASE_URL_PARAMETER;
  const { name } = requiredVariables(environment, { name: variable, ...accessVariables });
  // It is read over https, as all statements go that follow. Now, since Lambda has a whole processor for the start of a process,
  // and for what comes after it a share of one.
  loadHttps();
  return { from, name, access: awsAccess(environment) };
}
