// What the Neon driver posts to /sql: one statement, or a batch to run in one transaction.
import type { IncomingHttpHeaders } from 'node:http';
import { RefusedRequest } from '#local/loopback/refused-request.ts';

export interface SqlStatement {
  readonly query: string;
  readonly params: readonly unknown[];
}

export interface SqlRequest {
  readonly statements: readonly SqlStatement[];
  /** The statement that opens the transaction of a batch; undefined for one statement by itself. */
  readonly begin: string | undefined;
}

/** Throws a RefusedRequest when the body or a header is not what the driver sends. */
export function parseSqlRequest(body: string, headers: IncomingHttpHeaders): SqlRequest {
  const content = parseJson(body);
  if (isObject(content) && Array.isArray(content.queries))
    return { statements: content.queries.map(toStatement), begin: beginStatement(headers) };
  return { statements: [toStatement(content)], begin: undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, 'The body is not JSON');
  }
}

function toStatement(content: unknown): SqlStatement {
  const { query, params = [] } = isObject(content) ? content : {};
  if (typeof query !== 'string' || !Array.isArray(params))
    throw new RefusedRequest(400, 'A statement is {"query": text, "params": array}');
  return { query, params };
}

const isObject = (
  value: unknown,
): value is { queries?: unknown; query?: unknown; params?: unknown } =>
  typeof value === 'object' && value !== null;

const isolationLevels = new Map([
  ['ReadUncommitted', 'read uncommitted'],
  ['ReadCommitted', 'read committed'],
  ['RepeatableRead', 'repeatable read'],
  ['Serializable', 'serializable'],
]);

function beginStatement(headers: IncomingHttpHeaders): string {
  const words = ['begin'];
  const isolation = headers['neon-batch-isolation-level'];
  if (isolation !== undefined) words.push('isolation level', isolationLevel(String(isolation)));
  if (headers['neon-batch-read-only'] === 'true') words.push('read only');
  if (headers['neon-batch-deferrable'] === 'true') words.push('deferrable');
  return words.join(' ');
}

function isolationLevel(name: string): string {
  const level = isolationLevels.get(name);
  if (!level) throw new RefusedRequest(400, `There is no isolation level ${name}`);
  return level;
}
