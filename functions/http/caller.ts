// Who calls, and what the caller's scopes allow: `enqueue:<type pattern>`, `read`, `operate`.

export interface Caller {
  /** For the log: an API key's name, a token's subject or an IAM identity. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Browsers may enqueue public message types only. */
  readonly isBrowser: boolean;
}

const enqueuePrefix = 'enqueue:';

/** Whether any scope covers the message type; a pattern is a name, a prefix such as `order.*`, or `*`. */
export function mayEnqueue(caller: Caller, type: string): boolean {
  return caller.scopes.some(
    (scope) => scope.startsWith(enqueuePrefix) && covers(scope.slice(enqueuePrefix.length), type),
  );
}

function covers(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** For everything but enqueueing. */
export function holds(caller: Caller, scope: 'read' | 'operate'): boolean {
  return caller.scopes.includes(scope);
}
