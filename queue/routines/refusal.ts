// What the refusals of millrace.enqueue_many say: which message of a call, where in it, and why.

import { EnqueueRefused, type RefusalCode } from '#queue/enqueue-refused.ts';
import { isObject } from '#queue/is-object.ts';

// The codes that millrace.enqueue_many raises, in its own SQLSTATE class.
const refusalCodes: Readonly<Record<string, RefusalCode>> = {
  MR001: 'unknown_type',
  MR002: 'bad_option',
  MR003: 'payload_too_large',
  MR004: 'id_conflict',
  MR005: 'wrong_isolation',
  MR007: 'key_conflict',
  MR008: 'queue_full',
  MR011: 'key_in_progress',
  MR013: 'elsewhere',
  MR014: 'chord_ended',
};

/** The refusal that a database error stands for, whichever driver brought it; undefined for every other error. */
export function refusalOf(error: unknown): EnqueueRefused | undefined {
  if (!isObject(error)) return undefined;
  const { code: sqlState, detail, message } = error as Readonly<Record<string, unknown>>;
  const code = refusalCodes[String(sqlState)];
  if (code === undefined) return undefined;
  const said: Detail = JSON.parse(typeof detail === 'string' ? detail : '{}');
  return new EnqueueRefused(
    { index: 0, pointer: '', ...said, code, reason: String(message) },
    { cause: error },
  );
}

type Detail = Partial<Pick<EnqueueRefused, 'index' | 'pointer' | 'database' | 'asked'>>;

/** Waits for a call, and throws what it stands for when that is a refusal. */
export async function refusing<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}
