// What of an error may be logged: enough to find the cause, never SQL text, parameters or a stack.
import { errorCode } from '#queue/routines/transient-error.ts';

const longestMessage = 300;

interface ErrorAttributes {
  readonly name: string;
  readonly message?: string;
  readonly code?: string;
}

/** Name, message and code. Postgres quotes the offending value in errors of class 22: those go without message. */
export function errorAttributes(error: unknown): ErrorAttributes {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = errorCode(error);
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(code?.startsWith('22') ? {} : { message: error.message.slice(0, longestMessage) }),
  };
}
