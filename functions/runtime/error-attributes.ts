// What of an error may be logged: enough to find the cause, never SQL text, parameters or a stack.
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

/** An SQLSTATE, or Node's code of a system error. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
