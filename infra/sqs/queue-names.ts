// What the queues on SQS are called. Functions know them by these names, so that no ARN of each has to be in their environment,
// which has room for 4 KB.
import type { SqsQueue } from '#bundling/sqs-queues.ts';

/** The names of a queue's SQS queues, as SQS has them. */
export interface QueueNames {
  /** Of its classes of priority, in their order. */
  readonly classes: readonly ClassName[];
  /** Of its dead-letter queue, which all of them share. */
  readonly dead: string;
}

export interface ClassName {
  /** Undefined of the class that has messages of the usual priority: that one is called as if there were no other. */
  readonly priority: number | undefined;
  readonly name: string;
}

/** Of messages that give none. */
const usualPriority = 5;

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
  const all = [...names.values()].flatMap(({ classes, dead }) => [
    ...classes.map(({ name }) => name),
    dead,
  ]);
  for (const name of all) {
    if (name.length > mostCharacters)
      throw new RangeError(
        `A queue on SQS has a name of at most ${mostCharacters} characters; "${name}" has ${name.length}: shorten the stage, or the queue's name`,
      );
    if (all.indexOf(name) !== all.lastIndexOf(name))
      throw new TypeError(
        `Two queues on SQS would be called "${name}", one of them ${roleOf(name)} of another: rename one of your queues`,
      );
  }
  return names;
}

const roleOf = (name: string) =>
  /-dead(?:\.fifo)?$/.test(name) ? 'as the dead-letter queue' : 'for a priority';

/** SQS knows a FIFO queue by the end of its name. The functions have the same rule, see sqsNameOf. */
function namesOf(stage: string | undefined, { name, engine, policy }: SqsQueue): QueueNames {
  const [begin, end] = [`${queuePrefixOf(stage)}${name}`, engine === 'sqs-fifo' ? '.fifo' : ''];
  const { priorities } = policy;
  const usual = priorities.find((each) => each >= usualPriority) ?? priorities.at(-1);
  const classes = priorities.map((priority) =>
    priority === usual
      ? { priority: undefined, name: `${begin}${end}` }
      : { priority, name: `${begin}-p${priority}${end}` },
  );
  return { classes, dead: `${begin}-dead${end}` };
}
