// What the queues on SQS are called. Functions know them by these names, so that no ARN of each has to be in their environment,
// which has room for 4 KB.
import type { SqsQueue } from '#bundling/sqs-queues.ts';

/** The names of a queue and of its dead-letter queue, as SQS has them. */
export interface QueueNames {
  readonly queue: string;
  readonly dead: string;
}

const mostCharacters = 80;

/** How the names of all queues of a deployment begin: `millrace-`, or `millrace-prod-`. */
export const queuePrefixOf = (stage: string | undefined): string =>
  stage === undefined ? 'millrace-' : `millrace-${stage}-`;

/** By the queue's own name. Throws a RangeError or a TypeError for names that SQS would refuse in the middle of a deployment. */
export function queueNamesOf(
  stage: string | undefined,
  queues: readonly SqsQueue[],
): ReadonlyMap<string, QueueNames> {
  const names = new Map(queues.map((queue) => [queue.name, namesOf(stage, queue)]));
  const all = [...names.values()].flatMap(({ queue, dead }) => [queue, dead]);
  for (const name of all) {
    if (name.length > mostCharacters)
      throw new RangeError(
        `A queue on SQS has a name of at most ${mostCharacters} characters; "${name}" has ${name.length}: shorten the stage, or the queue's name`,
      );
    if (all.indexOf(name) !== all.lastIndexOf(name))
      throw new TypeError(
        `Two queues on SQS would be called "${name}", one of them as the dead-letter queue of another: rename one of your queues`,
      );
  }
  return names;
}

/** SQS knows a FIFO queue by the end of its name. */
function namesOf(stage: string | undefined, { name, engine }: SqsQueue): QueueNames {
  const [begin, end] = [`${queuePrefixOf(stage)}${name}`, engine === 'sqs-fifo' ? '.fifo' : ''];
  return { queue: `${begin}${end}`, dead: `${begin}-dead${end}` };
}
