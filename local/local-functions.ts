// The Lambda functions, loaded as Lambda loads them: configured by the environment, before the first event.
import {
  ALLOWED_ORIGINS,
  DATABASE_URL,
  DATABASE_URL_PARAMETER,
  DATABASE_URL_SECRET,
} from '#functions/environment.ts';

export interface FunctionOptions {
  readonly databaseUrl: string;
  readonly allowedOrigins: readonly string[];
  /** Further variables; those that are undefined are taken away. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Once for each process: a function reads its environment when it is loaded. */
export async function loadFunctions(options: FunctionOptions) {
  const variables = {
    [DATABASE_URL]: options.databaseUrl,
    [ALLOWED_ORIGINS]: options.allowedOrigins.join(' '),
    // If a developer's shell still has one of these, the functions would use the cloud's database.
    [DATABASE_URL_PARAMETER]: undefined,
    [DATABASE_URL_SECRET]: undefined,
    ...options.environment,
  };
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  const [migrate, http, consumer] = await Promise.all([
    import('#functions/migrate.ts'),
    import('#functions/http.ts'),
    import('#functions/consumer.ts'),
  ]);
  return { migrate: migrate.handler, http: http.handler, consumer: consumer.handler };
}
