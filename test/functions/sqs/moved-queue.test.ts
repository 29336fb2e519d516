// A queue that is moved to SQS and back while producers go on, consumers of the code before are still at work, and handlers fail:
// nothing is lost, and no member of a group is handled before the one that came before it.
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { DATABASE_URL, SQS_QUEUES_URL } from '#functions/environment.ts';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { createSqsConsumerHandler } from '#functions/sqs-consumer.ts';
import { startEventSource } from '#local/sqs/event-source.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { retryAfter } from '#queue/declare/ways-out.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { openSqs } from '#test/support/functions/sqs.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const step = defineMessageType({
  name: 'test.step',
  payload: z.object({ group: z.string(), n: z.number() }),
});

interface Handled {
  readonly group: string;
  readonly n: number;
  readonly by: 'postgres' | 'sqs';
}

type Engine = 'sqs' | 'sqs-fifo';

/** The queue, moved by deploy(), with what its handlers have done, in that order. */
async function openMoved(engine: Engine) {
  const handled: Handled[] = [];
  /** Handlers of the drain that holds messages wait for it. */
  const gate = Promise.withResolvers<void>();
  const declared = (policy: Partial<QueuePolicy>, by: Handled['by'], waits?: Promise<void>) =>
    defineRegistry({
      queues: [
        defineQueue({
          name: 'moved',
          policy,
          subscriptions: [
            on(step, async ({ payload: { group, n } }, { attempt }) => {
              await waits;
              if (n % 7 === 3 && attempt === 1) retryAfter(0, 'once more');
              handled.push({ group, n, by });
            }),
          ],
        }),
      ],
    });
  const [inPostgres] = declared({}, 'postgres').queues.values();
  if (!inPostgres) throw new Error('no queue was declared');
  const queues = await openQueues(inPostgres);
  const name = `millrace-moved${engine === 'sqs-fifo' ? '.fifo' : ''}`;
  const aws = await openSqs([{ name, visibilitySeconds: 85 }]);
  const own = { [DATABASE_URL]: queues.url, [SQS_QUEUES_URL]: `${aws.queuesUrl}millrace-` };
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
  for (const [variable, value] of Object.entries({ ...aws.environment, ...own }))
    vi.stubEnv(variable, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const openRelay = openRelays({ ...aws.environment, ...own });
  const source = startEventSource({
    sqs: aws.sqs,
    queue: name,
    functionName: 'sqs-consumer',
    handler: createSqsConsumerHandler(declared({ engine }, 'sqs')),
  });
  onTestFinished(() => source.stop());

  const deploy = async (policy: Partial<QueuePolicy>) => {
    await syncRegistry(queues.database, declared(policy, 'postgres'));
    const registry = withRelayPolicy(declared(policy, 'postgres'));
    return () => queues.drain({ registry, openRelay });
  };
  return {
    ...{ queues, handled, deploy, gate },
    /** A tick of the code that knows of no SQS. Its handlers end when the gate is opened. */
    heldTick: () => queues.drain({ registry: declared({}, 'postgres', gate.promise) }),
    inSqs: () => {
      const { visible, inFlight } = aws.sqs.queue(name).counts;
      return visible + inFlight;
    },
    processing: async () => (await queues.statuses()).processing ?? 0,
  };
}

const groups = ['a', 'b', 'c', 'd', 'e'];

/** Enqueues members of five groups in turn, so many of each. */
function producer({ database }: Awaited<ReturnType<typeof openQueues>>, hasGroups: boolean) {
  let n = 0;
  return async (count: number): Promise<void> => {
    for (const end = n + count; n < end; n += 1) {
      const messages = groups.map((group) => ({
        ...{ id: uuidV7(), type: step.name, payload: { group, n } },
        ...(hasGroups && { groupKey: group }),
      }));
      await enqueueMessages(database, messages);
    }
  };
}

const numbersOf = (handled: readonly Handled[], of: string) =>
  handled.filter(({ group }) => group === of).map(({ n }) => n);

test.each<Engine>(['sqs-fifo', 'sqs'])('to %s and back', async (engine) => {
  const { queues, handled, deploy, gate, heldTick, inSqs, processing } = await openMoved(engine);
  const isFifo = engine === 'sqs-fifo';
  const handledBy = (by: Handled['by']) => handled.filter((each) => each.by === by).length;
  const produce = producer(queues, isFifo);
  const tickInPostgres = await deploy({});
  await Promise.all([produce(20), tickInPostgres()]);
  await tickInPostgres();
  expect(handledBy('postgres')).toBe(100);

  // The code before holds messages while the next is deployed and relays.
  await produce(10);
  const held = heldTick();
  await waitUntil(async () => (await processing()) > 0);
  const tickOnSqs = await deploy({ engine });
  await Promise.all([produce(20), tickOnSqs()]);
  gate.resolve();
  await held;
  await Promise.all([produce(10), tickOnSqs()]);
  // What it has not seen yet.
  await tickOnSqs();
  await waitUntil(() => handledBy('sqs') > 0);

  // And back: what comes in waits, until SQS is empty.
  const tickWhileLeaving = await deploy({ engine, relay: false });
  await Promise.all([produce(10), tickWhileLeaving()]);
  await waitUntil(() => inSqs() === 0);
  const before = handledBy('postgres');
  const tickAgain = await deploy({});
  await Promise.all([produce(10), tickAgain()]);
  await tickAgain();
  expect(handledBy('postgres')).toBeGreaterThanOrEqual(before + 100);

  expect(await queues.statuses()).toEqual({ done: 400 });
  const all = Array.from({ length: 80 }, (_, n) => n);
  for (const group of groups) {
    const numbers = numbersOf(handled, group);
    expect(isFifo ? numbers : numbers.toSorted((a, b) => a - b)).toEqual(all);
  }
});
