// The functions' log: one JSON object a line, in the form that Lambda's JSON log format passes on unchanged. The usual
// logging library would be a tenth of the http bundle, for features that are not needed here.
import { type Log, logOf } from '#queue/log.ts';

const severities = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The log of one function, whose name is on every line as `service`. It obeys Lambda's application log level. */
export function functionLog(service: string): Log {
  const { AWS_LAMBDA_LOG_LEVEL: wanted = 'INFO' } = process.env;
  const least = severities.indexOf(wanted);
  // Lambda also has the level TRACE. There is nothing finer than DEBUG here, so it means everything from DEBUG on.
  const from = Math.max(0, least);
  return logOf((name) => (message, attributes) => {
    const level = name.toUpperCase();
    if (severities.indexOf(level) < from) return;
    const line = { level, message, timestamp: new Date().toISOString(), service };
    process.stdout.write(`${json(line, attributes)}\n`);
  });
}

function json(line: object, attributes: object | undefined): string {
  try {
    return JSON.stringify({ ...line, ...attributes, ...line }, printable);
  } catch {
    // A handler may log what JSON cannot express, such as an object that contains itself. That must not fail its
    // message.
    return JSON.stringify({ ...line, attributes: 'not printable' });
  }
}

function printable(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const {
    name,
    message,
    stack,
    cause,
    code,
    errors,
  }: Error & { code?: unknown; errors?: unknown } = value;
  return { name, message, code, stack, cause, errors };
}
