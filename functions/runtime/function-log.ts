// The functions' log: one JSON object a line, in the form that Lambda's JSON log format takes as it is. The usual
// logger would be a tenth of the http bundle, for features that are not asked for here.
import type { Log } from '#queue/log.ts';

const severities = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The log of one function; its name stands on every line as `service`. Lambda's application log level applies. */
export function functionLog(service: string): Log {
  const { AWS_LAMBDA_LOG_LEVEL: wanted = 'INFO' } = process.env;
  const least = severities.indexOf(wanted);
  // There is nothing finer than DEBUG to be had.
  const from = Math.max(0, least);
  const write =
    (level: string): Log['info'] =>
    (message, attributes) => {
      if (severities.indexOf(level) < from) return;
      const line = { level, message, timestamp: new Date().toISOString(), service };
      process.stdout.write(`${json(line, attributes)}\n`);
    };
  return { debug: write('DEBUG'), info: write('INFO'), warn: write('WARN'), error: write('ERROR') };
}

function json(line: object, attributes: object | undefined): string {
  try {
    return JSON.stringify({ ...line, ...attributes, ...line }, printable);
  } catch {
    // A handler may log what JSON cannot say, such as a circle; that must not become its failure.
    return JSON.stringify({ ...line, attributes: 'not printable' });
  }
}

function printable(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
}
