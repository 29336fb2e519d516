// The Lambda functions, loaded as Lambda loads them: configured by the environment, before the first event.
import { ALLOWED_ORIGINS, DATABASE_URL, DATABASE_URL_PARAMETER } from '#functions/environment.ts';

/** Once for each process: a function reads its environment when it is loaded. */
export async function loadFunctions(databaseUrl: string, allowedOrigins: readonly string[]) {
  process.env[DATABASE_URL] = databaseUrl;
  process.env[ALLOWED_ORIGINS] = allowedOrigins.join(' ');
  // If a developer's shell still has this variable, the functions would use the cloud's database.
  delete process.env[DATABASE_URL_PARAMETER];
  const [migrate, http, consumer] = await Promise.all([
    import('#functions/migrate.ts'),
    import('#functions/http.ts'),
    import('#functions/consumer.ts'),
  ]);
  return { migrate: migrate.handler, http: http.handler, consumer: consumer.handler };
}
