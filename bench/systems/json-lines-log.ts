import { createWriteStream } from 'node:fs';
import { devNull } from 'node:os';
import type { Log } from '../../queue/log.ts';

/** Formats and writes every line from info upwards, as in production, to a stream that nobody reads. */
export function jsonLinesLog(): Log {
  const stream = createWriteStream(devNull);
  const at = (level: string) => (message: string, attributes?: Record<string, unknown>) => {
    const line = { level, message, timestamp: new Date().toISOString(), ...attributes };
    stream.write(`${JSON.stringify(line)}\n`);
  };
  return { debug() {}, info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}
