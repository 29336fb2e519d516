// The HTTP API on a database of its own, called as API Gateway calls it.

import type { Api } from '#functions/http/api.ts';
import { createApp } from '#functions/http/app.ts';
import { sha256 } from '#functions/http/caller/api-key-form.ts';
import { gatewayHandler } from '#functions/http/gateway-adapter.ts';
import { type CallerRules, readCallerRules } from '#functions/runtime/caller-rules.ts';
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Call, gatewayEvent } from './gateway-event.ts';
import { synchronised, testRegistry } from './message-types.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say themselves what they expect in an answer
  readonly body: any;
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [attribute: string]: unknown;
}

export interface TestApi {
  call(call: Call): Promise<Answer>;
  /** For a gateway of the test's own. */
  readonly handler: ReturnType<typeof gatewayHandler>;
  readonly log: readonly LogLine[];
}

/**
 * A key of the form that the API takes, the same for the same words, so that tests need not pass keys around; the
 * database makes others, which nobody can know before.
 */
export function keyOf(words: string): string {
  const body = `mr_${sha256(words)}`;
  return body + sha256(body).slice(0, 8);
}

/** Holds every scope. */
export const secret = keyOf('a caller with every scope');
export const bearer = (key = secret) => ({ authorization: `Bearer ${key}` });

/** A database that knows the tests' message types and one caller with every scope. */
export async function createApiDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  await syncRegistry(database.database, synchronised);
  await putApiKey(database, 'shop', secret, ['enqueue:*', 'read', 'operate']);
  return database;
}

/** Lets a caller in whose key is one of keyOf. */
export async function putApiKey(
  { query }: Pick<TestDatabase, 'query'>,
  name: string,
  key: string,
  scopes: readonly string[],
): Promise<void> {
  await query('insert into millrace.api_key (name, secret_hash, scopes) values ($1, $2, $3)', [
    name,
    sha256(key),
    scopes,
  ]);
}

/** What a deployment says of callers whom the gateway has authenticated; what is left out is as by default. */
export const rules = (given: Partial<CallerRules> = {}): CallerRules => ({
  ...readCallerRules({}),
  ...given,
});

/** On one database, or on several. */
export function openApi({
  database,
  ...outside
}: Partial<Api> & { readonly database?: Database }): TestApi {
  const log: LogLine[] = [];
  const handler = gatewayHandler(
    createApp({
      databases: database ? [database] : [],
      statusTokenKey: async () => 'the key of all tests',
      registry: testRegistry,
      log: logInto(log),
      allowedOrigins: [],
      callerRules: rules(),
      ...outside,
    }),
  );
  return {
    ...{ log, handler },
    async call(call) {
      const { statusCode, headers, body } = await handler(gatewayEvent(call));
      const text = body ?? '';
      return {
        status: statusCode ?? 200,
        headers: new Headers(headers as Record<string, string>),
        text,
        body: jsonOrText(text),
      };
    },
  };
}

function logInto(lines: LogLine[]): Log {
  const at = (level: string) => (message: string, attributes?: Record<string, unknown>) => {
    lines.push({ ...attributes, level, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
