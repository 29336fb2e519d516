// The functions' log: one JSON object a line. Its level is the function's own, or POWERTOOLS_LOG_LEVEL.
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '#queue/log.ts';

/** The log of one function; its name stands on every line as `service`. */
export function functionLog(name: string): Log {
  const logger = new Logger({ serviceName: name });
  return {
    debug: (message, attributes = {}) => logger.debug(message, attributes),
    info: (message, attributes = {}) => logger.info(message, attributes),
    warn: (message, attributes = {}) => logger.warn(message, attributes),
    error: (message, attributes = {}) => logger.error(message, attributes),
  };
}
