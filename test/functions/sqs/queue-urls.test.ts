import { expect, test } from 'vitest';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';

const beginning = 'https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-test-';
const urls = readQueueUrls({ [SQS_QUEUES_URL]: beginning });
const arn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;

test('a queue has the URL of its name, with .fifo where it keeps order', () => {
  expect(urls.of({ name: 'mails', policy: { engine: 'sqs' } })).toBe(`${beginning}mails`);
  expect(urls.of({ name: 'orders', policy: { engine: 'sqs-fifo' } })).toBe(
    `${beginning}orders.fifo`,
  );
});

test('the ARN in an event says which queue it is, and of which one a dead-letter queue is', () => {
  expect(urls.queueAt(arn('millrace-test-mails'))).toBe('mails');
  expect(urls.queueAt(arn('millrace-test-orders.fifo'))).toBe('orders');
  expect(urls.queueOfDeadLettersAt(arn('millrace-test-mails-dead'))).toBe('mails');
  expect(urls.queueOfDeadLettersAt(arn('millrace-test-orders-dead.fifo'))).toBe('orders');
});

test('an ARN of other queues is refused', () => {
  expect(() => urls.queueAt(arn('other-mails'))).toThrow('other-mails is not the SQS queue of');
  expect(() => urls.queueAt(arn('millrace-test-'))).toThrow('is not the SQS queue of');
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
