// An error as it is kept with an attempt or a dead letter: readable, limited in size, fit for jsonb.

export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

const longestMessage = 2_000;
const longestStack = 8_000;
const deepestCause = 4;

/** Records whatever was thrown. Never throws. */
export function errorRecord(thrown: unknown): ErrorRecord {
  try {
    return read(thrown, 0);
  } catch {
    // Getters and proxies throw when they are looked at, and this error must not end the process.
    return { name: 'NonError', message: 'what was thrown cannot be read' };
  }
}

function read(thrown: unknown, depth: number): ErrorRecord {
  if (!(thrown instanceof Error))
    return { name: 'NonError', message: storable(describe(thrown), longestMessage) };
  return {
    name: storable(thrown.name, 200),
    message: storable(thrown.message, longestMessage),
    ...(thrown.stack !== undefined && { stack: storable(thrown.stack, longestStack) }),
    ...(thrown.cause !== undefined &&
      depth < deepestCause && { cause: read(thrown.cause, depth + 1) }),
  };
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

// jsonb stores neither NUL characters nor halves of surrogate pairs.
function storable(text: unknown, longest: number): string {
  return String(text).slice(0, longest).replaceAll('\u0000', '\ufffd').toWellFormed();
}
