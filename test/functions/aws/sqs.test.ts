import { expect, test } from 'vitest';
import { changeVisibility, deleteMessages, sendMessages } from '#functions/aws/sqs.ts';
import { allDone, openAnsweringSqs } from '#test/support/functions/answering-sqs.ts';

const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-orders.fifo';
const common = { queueUrl, timeoutMs: 2_000 };

test('sends messages, and says which were taken and why others were not', async () => {
  const { access, calls } = await openAnsweringSqs(() => ({
    Successful: [{ Id: 'a', MessageId: 'm', MD5OfMessageBody: 'x' }],
    Failed: [{ Id: 'b', Code: 'InternalError', SenderFault: false, Message: 'secret' }],
  }));
  const entries = [
    { id: 'a', body: '{"ü":1}', groupId: 'g', deduplicationId: 'a.0' },
    { id: 'b', body: '{}' },
  ];
  expect(await sendMessages(access, { ...common, entries })).toEqual({
    accepted: ['a'],
    refused: [{ id: 'b', code: 'InternalError', senderFault: false }],
  });
  expect(calls).toEqual([
    {
      target: 'AmazonSQS.SendMessageBatch',
      contentType: 'application/x-amz-json-1.0',
      asked: {
        QueueUrl: queueUrl,
        Entries: [
          {
            Id: 'a',
            MessageBody: '{"ü":1}',
            MessageGroupId: 'g',
            MessageDeduplicationId: 'a.0',
          },
          { Id: 'b', MessageBody: '{}' },
        ],
      },
    },
  ]);
});

test('sends the same once more when the answer was lost, and throws what all are refused for', async () => {
  const lossy = await openAnsweringSqs((asked, call) => (call === 1 ? undefined : allDone(asked)));
  const entries = [{ id: 'a', body: '{}' }];
  const sent = await sendMessages(lossy.access, { ...common, entries });
  expect(sent).toEqual({ accepted: ['a'], refused: [] });
  expect(lossy.calls[0]).toEqual(lossy.calls[1]);
  const gone = await openAnsweringSqs(() => ({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' }));
  await expect(sendMessages(gone.access, { ...common, entries })).rejects.toMatchObject({
    reason: 'QueueDoesNotExist',
    isTransient: false,
  });
});

test('waits for a throttled queue', async () => {
  const throttled = { __type: 'com.amazonaws.sqs#RequestThrottled' };
  const { access, calls } = await openAnsweringSqs((asked, call) =>
    call < 3 ? throttled : allDone(asked),
  );
  const sent = await sendMessages(access, { ...common, entries: [{ id: 'a', body: '{}' }] });
  expect(sent.accepted).toEqual(['a']);
  expect(calls).toHaveLength(3);
});

test('deletes in tens, and answers what is left', async () => {
  const left = ['h4', 'h13'];
  const { access, calls } = await openAnsweringSqs(({ Entries }) => ({
    ...allDone({ Entries: Entries.filter(({ ReceiptHandle }) => !left.includes(ReceiptHandle)) }),
    Failed: Entries.filter(({ ReceiptHandle }) => ReceiptHandle === 'h13').map(({ Id }) => ({
      Id,
      Code: 'ReceiptHandleIsInvalid',
      SenderFault: true,
    })),
  }));
  const receiptHandles = Array.from({ length: 23 }, (_, n) => `h${n}`);
  expect(
    await deleteMessages(access, { ...common, receiptHandles }),
    'what the answer leaves out is not deleted either',
  ).toEqual(left);
  expect(calls.map(({ asked }) => asked.Entries.length)).toEqual([10, 10, 3]);
  expect(calls[2]?.asked.Entries[0]).toEqual({ Id: '0', ReceiptHandle: 'h20' });
});

test('hides messages for as long as each is to be hidden', async () => {
  const { access, calls } = await openAnsweringSqs(allDone);
  const entries = [
    { receiptHandle: 'h0', seconds: 0 },
    { receiptHandle: 'h1', seconds: 43_200 },
  ];
  expect(await changeVisibility(access, { ...common, entries })).toEqual([]);
  expect(calls[0]).toMatchObject({
    target: 'AmazonSQS.ChangeMessageVisibilityBatch',
    asked: {
      Entries: [
        { Id: '0', ReceiptHandle: 'h0', VisibilityTimeout: 0 },
        { Id: '1', ReceiptHandle: 'h1', VisibilityTimeout: 43_200 },
      ],
    },
  });
});
