// The answers of /sql, in the form that the Neon driver reads.
import { DatabaseError, type QueryArrayResult } from 'pg';
import { RefusedRequest } from '#local/loopback/refused-request.ts';

/** Neon's limit for requests and for answers. */
export const sizeLimitBytes = 64 * 1024 * 1024;

export interface SqlAnswer {
  readonly status: number;
  readonly body: string;
}

/** One result by itself, or the results of a batch. */
export function resultAnswer(results: readonly QueryArrayResult[], isBatch: boolean): SqlAnswer {
  const content = isBatch ? { results: results.map(toResult) } : results.map(toResult)[0];
  const body = JSON.stringify(content);
  if (Buffer.byteLength(body) > sizeLimitBytes)
    throw new RefusedRequest(507, `response is too large (max is ${sizeLimitBytes} bytes)`);
  return { status: 200, body };
}

function toResult({ fields, rows, command, rowCount }: QueryArrayResult) {
  return { fields, rows, command, rowCount, rowAsArray: true };
}

/** 400 with Postgres's own fields for what SQL did wrong; 500 when the database is out of reach. */
export function errorAnswer(error: unknown): SqlAnswer {
  if (error instanceof DatabaseError) return { status: 400, body: JSON.stringify(toError(error)) };
  const status = error instanceof RefusedRequest ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  return { status, body: JSON.stringify({ message, code: null }) };
}

const errorFields = [
  'severity',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

function toError(error: DatabaseError) {
  const fields = errorFields.map((name) => [name, error[name] ?? null]);
  // Neon's proxy checks the password itself, so its refusal carries no SQLSTATE; in Postgres that is class 28.
  const code = error.code?.startsWith('28') ? null : error.code;
  return { message: error.message, code, ...Object.fromEntries(fields) };
}
