// What the engine asks of a logger.

export interface Log {
  debug(message: string, attributes?: Record<string, unknown>): void;
  info(message: string, attributes?: Record<string, unknown>): void;
  warn(message: string, attributes?: Record<string, unknown>): void;
  error(message: string, attributes?: Record<string, unknown>): void;
}

/** The same log, with the given attributes on every line. Costs nothing until a line is written. */
export function boundLog(log: Log, bound: Record<string, unknown>): Log {
  return {
    debug: (message, attributes) => log.debug(message, { ...bound, ...attributes }),
    info: (message, attributes) => log.info(message, { ...bound, ...attributes }),
    warn: (message, attributes) => log.warn(message, { ...bound, ...attributes }),
    error: (message, attributes) => log.error(message, { ...bound, ...attributes }),
  };
}
