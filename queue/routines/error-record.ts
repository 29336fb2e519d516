// An error as it is kept with an attempt or a dead letter: readable, limited in size, fit for jsonb, and without what
// its message type redacts.
import { asItIs, type Redact } from '#queue/declare/redaction.ts';

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
export function errorRecord(thrown: unknown, redact: Redact = asItIs): ErrorRecord {
  try {
    return read(thrown, redact, 0);
  } catch {
    // Getters and proxies throw when they are looked at, and this error must not end the process.
    return { name: 'NonError', message: 'what was thrown cannot be read' };
  }
}

function read(thrown: unknown, redact: Redact, depth: number): ErrorRecord {
  // Redacted before it is cut: of a value that is cut in two the first half would remain.
  const text = (value: unknown, longest: number) => storable(redact(String(value)), longest);
  if (!(thrown instanceof Error))
    return { name: 'NonError', message: text(describe(thrown), longestMessage) };
  return {
    name: text(thrown.name, 200),
    message: text(thrown.message, longestMessage),
    ...(thrown.stack !== undefined && { stack: text(thrown.stack, longestStack) }),
    ...(thrown.cause !== undefined &&
      depth < deepestCause && { cause: read(thrown.cause, redact, depth + 1) }),
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
function storable(text: string, longest: number): string {
  return text.slice(0, longest).replaceAll('\u0000', '\ufffd').toWellFormed();
}
