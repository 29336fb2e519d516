// Some figures are told by the log anyway: whoever writes the line need not know that it is counted.
import type { DeploymentMetric } from '#functions/metrics.ts';
import { type Log, logOf } from '#queue/log.ts';
import type { Figures } from './figures.ts';

const countedLines: Readonly<Record<string, DeploymentMetric>> = {
  'wake-up armed': 'WakeUpsArmed',
  'wake-up lost': 'WakeUpsLost',
};

/**
 * The same log. Lines about wake-ups are counted, and so are the invocations that a backlog was handed over to, and webhooks by what
 * their targets have answered.
 */
export function countedLog(log: Log, figures: Figures | undefined): Log {
  if (!figures) return log;
  return logOf((level) => (message, attributes) => {
    const name = countedLines[message];
    if (name) figures.count(name);
    if (message === 'handed over') figures.count('HandedOver', Number(attributes?.['helpers']));
    if (message === 'webhook sent')
      figures.count(`Webhooks${attributes?.['answer']}` as DeploymentMetric);
    log[level](message, attributes);
  });
}
