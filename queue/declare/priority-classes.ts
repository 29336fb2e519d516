// The classes of priority of a queue on SQS. SQS knows no priority: it gives out what came first. So each class has an SQS queue of
// its own, and what is urgent does not wait behind what is not.

/** Of a message that gives none. */
export const usualPriority = 5;

interface WithClasses {
  readonly name: string;
  readonly policy: { readonly engine: string; readonly priorities: readonly number[] };
}

/** Whether messages go to different SQS queues by their priority. */
export const hasClasses = ({ policy }: Pick<WithClasses, 'policy'>): boolean =>
  policy.priorities.length > 1;

/** The class of a priority: the first that is not more urgent, or the least urgent that there is. */
const classOf = (priorities: readonly number[], priority: number): number | undefined =>
  priorities.find((each) => each >= priority) ?? priorities.at(-1);

/**
 * What the SQS queue is called that takes a queue's messages of this priority, without the deployment's prefix. The class of usual
 * messages has the queue's own name, so that it stays where it is when others are added.
 */
export function sqsNameOf({ name, policy }: WithClasses, priority = usualPriority): string {
  const { engine, priorities } = policy;
  const ofMessage = classOf(priorities, priority);
  const own = ofMessage === classOf(priorities, usualPriority) ? '' : `-p${ofMessage}`;
  return `${name}${own}${engine === 'sqs-fifo' ? '.fifo' : ''}`;
}

/** The names of all of a queue's SQS queues, as sqsNameOf has them, in the order of its classes. */
export const sqsNamesOf = (queue: WithClasses): string[] =>
  queue.policy.priorities.map((priority) => sqsNameOf(queue, priority));
