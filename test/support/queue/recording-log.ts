import type { Log } from '#queue/log.ts';

interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly attributes: Record<string, unknown>;
}

export interface RecordingLog extends Log {
  readonly lines: readonly Line[];
}

/** Keeps every line instead of printing it. */
export function recordingLog(): RecordingLog {
  const lines: Line[] = [];
  const record =
    (level: Line['level']) =>
    (message: string, attributes: Record<string, unknown> = {}) => {
      lines.push({ level, message, attributes });
    };
  return {
    lines,
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
}
