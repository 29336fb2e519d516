import { expect, test } from 'vitest';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';

const beginning = 'https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-test-';
const urls = readQueueUrls({ [SQS_QUEUES_URL]: beginning });
const arn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

const onSqs = (name: string, policy: Partial<QueuePolicy>) =>
  defineQueue({ name, policy, subscriptions: [] });
const mails = onSqs('mails', { engine: 'sqs', priorities: [2, 5] });
const orders = onSqs('orders', { engine: 'sqs-fifo' });
const local = onSqs('local', {});
const queues = [local, mails, orders];

test('a queue has the URL of its name, with its class of priority, and .fifo where it keeps order', () => {
  expect(urls.of(mails)).toBe(`${beginning}mails`);
  expect(urls.of(mails, 1)).toBe(`${beginning}mails-p2`);
  expect(urls.of(mails, 9)).toBe(`${beginning}mails`);
  expect(urls.of(orders)).toBe(`${beginning}orders.fifo`);
});

test('the ARN in an event says which queue it is, and of which one a dead-letter queue is', () => {
  expect(urls.queueAt(arn('millrace-test-mails'), queues)).toBe(mails);
  expect(urls.queueAt(arn('millrace-test-mails-p2'), queues)).toBe(mails);
  expect(urls.at(arn('millrace-test-mails-p2'))).toBe(`${beginning}mails-p2`);
  expect(urls.queueAt(arn('millrace-test-orders.fifo'), queues)).toBe(orders);
  expect(urls.queueOfDeadLettersAt(arn('millrace-test-mails-dead'))).toBe('mails');
  expect(urls.queueOfDeadLettersAt(arn('millrace-test-orders-dead.fifo'))).toBe('orders');
});

test('an ARN of other queues is refused', () => {
  for (const name of ['other-mails', 'millrace-test-'])
    expect(() => urls.queueAt(arn(name), queues)).toThrow(`${name} is not the SQS queue of`);
  for (const name of ['mails-p5', 'mails.fifo', 'orders', 'local', 'mails-p2-dead'])
    expect(() => urls.queueAt(arn(`millrace-test-${name}`), queues)).toThrow(
      `"${name}" is the SQS queue of no queue in this registry`,
    );
  expect(() => urls.queueOfDeadLettersAt(arn('millrace-test-mails'))).toThrow('is not the SQS');
});

test.each([undefined, '', 'millrace-', 'https://sqs.eu-central-1.amazonaws.com/123456789012/'])(
  'a variable without a prefix is told of: %j',
  (url) => {
    expect(() => readQueueUrls({ [SQS_QUEUES_URL]: url })).toThrow(
      'MILLRACE_SQS_QUEUES_URL is how the URLs of the SQS queues begin',
    );
  },
);
