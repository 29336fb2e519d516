// What the engine asks of a logger: a sentence that never varies, and what varies as attributes. So lines can be
// counted and searched by either.

/** Where lines are written; `console` is one. The sentence never varies: what varies is in the attributes. */
export interface Log {
  /** Writes a line that only developers want to see. */
  debug(message: string, attributes?: Record<string, unknown>): void;
  /** Writes what has happened as it should. */
  info(message: string, attributes?: Record<string, unknown>): void;
  /** Writes what may need somebody's attention. */
  warn(message: string, attributes?: Record<string, unknown>): void;
  /** Writes what needs it. */
  error(message: string, attributes?: Record<string, unknown>): void;
}

/** A log of which each level writes as the function says. */
export const logOf = (write: (level: keyof Log) => Log['info']): Log => ({
  debug: write('debug'),
  info: write('info'),
  warn: write('warn'),
  error: write('error'),
});

/**
 * The same log with the given attributes on every line; a line's own win over them. Costs nothing until a line is
 * written, since one is made for every message whose handler asks for it.
 */
export const boundLog = (log: Log, bound: Record<string, unknown>): Log =>
  logOf((level) => (message, attributes) => log[level](message, { ...bound, ...attributes }));
