// What the http function is configured with. It reads that from its environment once, at its cold start.
import { ALLOWED_ORIGINS } from '#functions/environment.ts';
import { type CallerRules, readCallerRules } from './caller-rules.ts';
import { type DatabaseUrlSource, readDatabaseUrl } from './database-url-source.ts';

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
    databaseUrl: readDatabaseUrl(environment),
    allowedOrigins: words(environment[ALLOWED_ORIGINS]),
    callerRules: readCallerRules(environment),
  };
}
