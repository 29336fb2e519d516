// The queues of the application that are on SQS, on this machine: their SQS queues, which outlive a killed server, and Lambda's event
// sources of them, which invoke the consumer of what is relayed and the function for what SQS gives up.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import type { Operation } from '#local/aws/operation.ts';
import { lockFolder } from '#local/postgres/folder-lock.ts';
import { type SqsHandler, startEventSource } from '#local/sqs/event-source.ts';
import { sqsOperations } from '#local/sqs/operations.ts';
import { type QueueSettings, queueUrl } from '#local/sqs/queue-settings.ts';
import { Sqs } from '#local/sqs/sqs.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import { sqsNamesOf } from '#queue/declare/priority-classes.ts';
import type { Queue } from '#queue/declare/queue.ts';
import type { Registry } from '#queue/declare/registry.ts';

export interface QueuesOnSqs {
  /** Of the queues, in the order of the registry. */
  readonly names: readonly string[];
  /** SQS, for AWS on this machine. */
  readonly operation: Operation;
  /** What functions are told, which call SQS at the endpoint. */
  environment(endpoint: string): Readonly<Record<string, string>>;
  /** Invokes the functions with what is in the queues. Answers how to stop, which lets those that run end. */
  invoke(functions: SqsFunctions): () => Promise<void>;
  /** To be called when nothing asks any more. */
  close(): Promise<void>;
}

export interface SqsFunctions {
  readonly 'sqs-consumer': SqsHandler;
  readonly 'sqs-dead-letters': SqsHandler;
}

const prefix = 'millrace-';

// As in the cloud, by default: infra/sqs/.
const consumerTimeoutSeconds = 55;
const deadLettersTimeoutSeconds = 30;
const visibilitySeconds = consumerTimeoutSeconds + 30;
const deadVisibilitySeconds = 15 * 60;
const retentionSeconds = 14 * 24 * 60 * 60;

/**
 * Undefined when the registry has none: then there is no SQS. Throws an Error when another server has the data folder, or when two SQS
 * queues would have the same name, as a deployment does.
 */
export function openQueuesOnSqs(
  { queues }: Registry,
  dataDirectory: string,
): QueuesOnSqs | undefined {
  const onSqs = [...queues.values()].filter(isOnSqs);
  if (onSqs.length === 0) return undefined;
  const settings = onSqs.map(settingsOf).flatMap(({ dead, live }) => [dead, ...live]);
  requireDistinct(settings);
  const folder = join(dataDirectory, 'sqs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  if (!lock)
    throw new Error(
      `Another server has the queues in ${folder}: stop it, or name another folder with --data`,
    );
  const sqs = new Sqs({ queues: settings, journalFile: join(folder, 'journal') });
  return {
    names: onSqs.map(({ name }) => name),
    operation: sqsOperations(sqs),
    environment: (endpoint) => ({ [SQS_QUEUES_URL]: queueUrl(endpoint, prefix) }),
    invoke: (functions) => startEventSources(sqs, onSqs, functions),
    async close() {
      await sqs.close();
      lock.release();
    },
  };
}

/** Of the queue, for each class of priority, and of its dead-letter queue, which must be there before it. */
function settingsOf(queue: Queue) {
  const { name, policy } = queue;
  const end = policy.engine === 'sqs-fifo' ? '.fifo' : '';
  const dead: QueueSettings = {
    name: `${prefix}${name}-dead${end}`,
    visibilitySeconds: deadVisibilitySeconds,
    retentionSeconds,
  };
  const live = sqsNamesOf(queue).map((sqsName) => ({
    name: `${prefix}${sqsName}`,
    visibilitySeconds,
    retentionSeconds,
    deadLetterName: dead.name,
    maxReceiveCount: Math.min(1000, Math.max(100, 10 * policy.maxAttempts)),
  }));
  return { dead, live };
}

function requireDistinct(queues: readonly QueueSettings[]): void {
  const names = queues.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  if (twice !== undefined)
    throw new Error(`Two queues on SQS would be called "${twice}": rename one of your queues`);
}

function startEventSources(
  sqs: Sqs,
  queues: readonly Queue[],
  functions: SqsFunctions,
): () => Promise<void> {
  const sources = queues.map(settingsOf).flatMap(({ live, dead }) => [
    ...live.map(({ name }) =>
      startEventSource({
        ...{ sqs, queue: name, timeoutSeconds: consumerTimeoutSeconds },
        ...{ functionName: 'sqs-consumer', handler: functions['sqs-consumer'] },
      }),
    ),
    startEventSource({
      ...{ sqs, queue: dead.name, timeoutSeconds: deadLettersTimeoutSeconds },
      ...{ functionName: 'sqs-dead-letters', handler: functions['sqs-dead-letters'] },
    }),
  ]);
  return async () => {
    await Promise.all(sources.map((source) => source.stop()));
  };
}
