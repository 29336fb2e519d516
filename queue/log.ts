// What the engine asks of a logger: a sentence that never varies, and what varies as attributes. So lines can be
// counted and searched by either.

/** Writes one line at its level. */
export interface Log {
  debug(message: string, attributes?: Record<string, unknown>): void;
  info(message: string, attributes?: Record<string, unknown>): void;
  warn(message: string, attributes?: Record<string, unknown>): void;
  error(message: string, attributes?: Record<string, unknown>): void;
}

/**
 * The same log with the given attributes on every line; a line's own win over them. Costs nothing until a line is
 * written, since one is made for every message whose handler asks for it.
 */
export function boundLog(log: Log, bound: Record<string, unknown>): Log {
  return {
    debug: (message, attributes) => log.debug(message, { ...bound, ...attributes }),
    info: (message, attributes) => log.info(message, { ...bound, ...attributes }),
    warn: (message, attributes) => log.warn(message, { ...bound, ...attributes }),
    error: (message, attributes) => log.error(message, { ...bound, ...attributes }),
  };
}
