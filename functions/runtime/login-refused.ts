import { errorCode } from '#queue/routines/transient-error.ts';

const refusalCodes = ['28P01', '28000'];

/** Whether Postgres did not accept the connection string's role or password; Neon's proxy says so without a code. */
export function isLoginRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = errorCode(error);
  if (code !== undefined) return refusalCodes.includes(code);
  return error.message.includes('password authentication failed');
}
