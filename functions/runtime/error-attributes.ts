// What of an error goes into the log: enough to find its cause, but no SQL text, no parameters and no stack, all of
// which may hold payloads.
import { errorCode } from '#queue/routines/failure-kind.ts';

const longestMessage = 300;

interface ErrorAttributes {
  readonly name: string;
  readonly message?: string;
  readonly code?: string;
}

/** Name, code and message. Errors of class 22 go without their message: Postgres quotes the offending value in it. */
export function errorAttributes(error: unknown): ErrorAttributes {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = errorCode(error);
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(code?.startsWith('22') ? {} : { message: error.message.slice(0, longestMessage) }),
  };
}
