// Who calls, and what the caller's scopes allow. A scope is `read`, `operate` or `enqueue:` with a pattern of types.

export interface Caller {
  /** The API key's name, the token's subject or the IAM identity. For the log and the audit table. */
  readonly name: string;
  readonly scopes: readonly string[];
  /**
   * A browser, or a person whose program is taken for one, may enqueue public message types only: everybody who visits the page
   * could send what it sends.
   */
  readonly isBrowser: boolean;
  /** Whose the idempotency keys are that it brings: its kind and identity, such as `key:shop`. */
  readonly keyOwner: string;
}

const enqueuePrefix = 'enqueue:';

/** Whether any scope covers the message type. A pattern is a type's name, a prefix such as `order.*`, or `*`. */
export function mayEnqueue(caller: Caller, type: string): boolean {
  return caller.scopes.some(
    (scope) => scope.startsWith(enqueuePrefix) && covers(scope.slice(enqueuePrefix.length), type),
  );
}

function covers(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** Whether the caller holds the scope that everything but enqueueing needs. */
export function holds(caller: Caller, scope: 'read' | 'operate'): boolean {
  return caller.scopes.includes(scope);
}
