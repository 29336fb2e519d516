// An SQS consumer for a test to kill: handles each event that it is sent, and says what it has answered.
import type { SQSEvent } from 'aws-lambda';
import { lambdaContext } from '#test/support/functions/gateway-event.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import { carriedRegistry, stickCarriedAfter } from './carried-queues.ts';
import type { ReceiverOrder, ReceiverWord } from './receivers.ts';

// A process of its own knows nothing of what vitest.pg.config.ts changes.
const { createSqsConsumerHandler } =
  testedDriver === 'pg'
    ? await import('#functions/pg/sqs-consumer.ts')
    : await import('#functions/sqs-consumer.ts');

const say = (word: ReceiverWord) => process.send?.(word);
const handler = createSqsConsumerHandler(carriedRegistry);

process.on('message', async (order: ReceiverOrder) => {
  if ('stickAfter' in order) return stickCarriedAfter(order.stickAfter, () => say('stuck'));
  const { n, event } = order;
  say({ n, answer: await handler(event satisfies SQSEvent, lambdaContext(60_000)) });
});
say('ready');
