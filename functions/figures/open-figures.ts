// Whether a function writes figures, and when.

import { DEPLOYMENT_NAME, METRICS } from '#functions/environment.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { boundLog } from '#queue/log.ts';
import { misuse } from '#queue/misuse.ts';
import { Figures } from './figures.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Undefined where none are wanted, as on a laptop. Throws a TypeError for a level that does not exist. bound: what is on each of
 * their lines, by which the log can be searched; no metric is told from another by it.
 */
export function openFigures(
  service: string,
  environment: Environment,
  bound = {},
): Figures | undefined {
  const { [METRICS]: level, [DEPLOYMENT_NAME]: deployment } = environment;
  if (!level) return undefined;
  if (level !== 'drain' && level !== 'queues')
    misuse(`${METRICS} is "drain" or "queues"; got "${level}"`);
  if (!deployment) misuse(`${METRICS} needs ${DEPLOYMENT_NAME}, the stack's name`);
  return new Figures(deployment, boundLog(functionLog(service), bound));
}

/** Whether the database is asked as well, for figures of each queue. */
export const wantsQueues = (environment: Environment): boolean => environment[METRICS] === 'queues';

/** The same handler. However an invocation ends, its figures are written. */
export function writingFigures<Arguments extends readonly unknown[], Answer>(
  figures: Figures | undefined,
  handler: (...given: Arguments) => Promise<Answer>,
): (...given: Arguments) => Promise<Answer> {
  if (!figures) return handler;
  return async (...given) => {
    try {
      return await handler(...given);
    } finally {
      figures.write();
    }
  };
}
