import { errorCode } from '#queue/routines/failure-kind.ts';

// A wrong password; a role that does not exist or may not log in.
const refusalCodes = ['28P01', '28000'];

/**
 * Whether Postgres did not accept the role or the password of the connection string. Neon's proxy gives no code with
 * it, only the sentence.
 */
export function isLoginRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = errorCode(error);
  if (code !== undefined) return refusalCodes.includes(code);
  return error.message.includes('password authentication failed');
}
