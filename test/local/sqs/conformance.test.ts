// What AWS documents of SQS's standard queues, asked of the stand-in and of fauxqs: two who have read the same pages are seldom wrong
// about the same thing. FIFO queues are in fifo-conformance.test.ts.
import { describe, expect, test } from 'vitest';
import { one, openQueue, openServer, servers } from '#test/support/local/sqs-servers.ts';

const failed = (Id: string, Code: string) =>
  expect.objectContaining({ Id, Code, SenderFault: true });

describe.each(servers)('%s', (name) => {
  const setup = async (attributes: Readonly<Record<string, string>> = {}) => {
    const server = await openServer(name);
    return { ...server, server, queue: await openQueue(server, 'mail', attributes) };
  };

  test('answers what it has taken, and gives it out with what is known of it', async () => {
    const { queue } = await setup();
    const md5 = '0cc175b9c0f1b6a831c399e269772661';
    const { Successful, Failed = [] } = await queue.send(['a']);
    expect(Successful).toEqual([{ Id: 'a', MessageId: expect.any(String), MD5OfMessageBody: md5 }]);
    expect(Failed).toEqual([]);
    expect(await queue.receive({ MessageSystemAttributeNames: ['All'] })).toEqual([
      {
        MessageId: Successful[0].MessageId,
        ReceiptHandle: expect.any(String),
        MD5OfBody: md5,
        Body: 'a',
        Attributes: {
          SenderId: expect.any(String),
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateReceiveCount: '1',
        },
      },
    ]);
  });

  test('gives out as many as are asked for, one by default, and each once', async () => {
    const { queue } = await setup();
    await queue.send(['a', 'b', 'c', 'd']);
    const first = await queue.bodies({ MaxNumberOfMessages: 2 });
    const { Messages } = await queue.call('ReceiveMessage');
    expect(first).toHaveLength(2);
    expect(Messages).toHaveLength(1);
    const rest = await queue.bodies();
    expect([...first, Messages[0].Body, ...rest].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await queue.receive()).toEqual([]);
    expect(await queue.refusal('ReceiveMessage', { MaxNumberOfMessages: 11 })).toMatch(
      /InvalidParameterValue|ValidationException/,
    );
  });

  test('hides what was received until its visibility timeout ends, and counts', async () => {
    const { queue, pass } = await setup({ VisibilityTimeout: '85' });
    await queue.send(['a']);
    const names = { MessageSystemAttributeNames: ['ApproximateReceiveCount'] };
    const first = one(await queue.receive(names));
    pass(84.9);
    expect(await queue.receive()).toEqual([]);
    pass(0.1);
    const second = one(await queue.receive(names));
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    expect(second.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    pass(85);
    expect(await queue.bodies({ VisibilityTimeout: 5 })).toEqual(['a']);
    pass(5);
    expect(await queue.bodies()).toEqual(['a']);
  });

  test('changes the visibility timeout from then on, and only of what is in flight', async () => {
    const { queue, pass } = await setup();
    await queue.send(['a']);
    const received = one(await queue.receive());
    pass(20);
    await queue.hide(received, 60);
    pass(59.9);
    expect(await queue.receive()).toEqual([]);
    pass(0.1);
    const again = one(await queue.receive());
    expect((await queue.hide(again, 0)).Failed ?? []).toEqual([]);
    expect(await queue.bodies()).toEqual(['a']);
    pass(30);
    const { ReceiptHandle } = again;
    expect(
      await queue.refusal('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 1 }),
    ).toBe('MessageNotInflight');
  });

  test('hides no message for more than 12 hours in all', async () => {
    const { queue, pass, expectOf } = await setup();
    await queue.send(['a']);
    const received = one(await queue.receive());
    expect((await queue.hide(received, 43_201)).Failed).toEqual([
      failed('one', 'InvalidParameterValue'),
    ]);
    expect((await queue.hide(received, 43_200)).Failed ?? []).toEqual([]);
    pass(1);
    expectOf((await queue.hide(received, 43_200)).Failed, {
      aws: [failed('one', 'InvalidParameterValue')],
      fauxqs: [],
    });
  });

  test('deletes what was received, and what is deleted already is no error', async () => {
    const { queue, pass } = await setup();
    await queue.send(['a', 'b']);
    const received = await queue.receive();
    const { Successful, Failed = [] } = await queue.delete(received);
    expect([Successful.length, Failed]).toEqual([2, []]);
    expect((await queue.delete(received)).Failed ?? []).toEqual([]);
    pass(30);
    expect(await queue.receive()).toEqual([]);
  });

  test('may leave a message that somebody else has received since', async () => {
    const { queue, pass } = await setup();
    await queue.send(['a']);
    const first = await queue.receive();
    pass(30);
    expect(await queue.receive()).toHaveLength(1);
    expect((await queue.delete(first)).Failed ?? []).toEqual([]);
    pass(30);
    expect(await queue.bodies()).toEqual(['a']);
  });

  test('knows a receipt handle from other words', async () => {
    const { queue, expectOf } = await setup();
    const Entries = [{ Id: 'one', ReceiptHandle: 'nonsense' }];
    expectOf((await queue.call('DeleteMessageBatch', { Entries })).Failed, {
      aws: [failed('one', 'ReceiptHandleIsInvalid')],
      fauxqs: [],
    });
    const nonsense = { ReceiptHandle: 'nonsense', VisibilityTimeout: 1 };
    expectOf(await queue.refusal('ChangeMessageVisibility', nonsense), {
      aws: 'ReceiptHandleIsInvalid',
      fauxqs: 'MessageNotInflight',
    });
  });

  test('gives up what has been received too often, and says where it was', async () => {
    const server = await openServer(name);
    const dead = await openQueue(server, 'mail-dead');
    const queue = await openQueue(server, 'mail', {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: await dead.arn(),
        maxReceiveCount: '2',
      }),
    });
    await queue.send(['a']);
    const received = one(await queue.receive());
    expect(await queue.bodies()).toEqual(['a']);
    expect(await dead.receive()).toEqual([]);
    expect(await queue.receive()).toEqual([]);
    const letter = one(await dead.receive({ MessageSystemAttributeNames: ['All'] }));
    expect([letter.MessageId, letter.Body]).toEqual([received.MessageId, 'a']);
    server.expectOf(letter.Attributes['DeadLetterQueueSourceArn'], {
      aws: await queue.arn(),
      fauxqs: undefined,
    });
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });

  test('takes ten entries at most, each with an id of its own', async () => {
    const { queue, expectOf } = await setup();
    const refusal = (ids: readonly string[]) =>
      queue.refusal('SendMessageBatch', {
        Entries: ids.map((Id) => ({ Id, MessageBody: 'a' })),
      });
    expect(await refusal([])).toBe('EmptyBatchRequest');
    expect(await refusal([...'abcdefghijk'])).toBe('TooManyEntriesInBatchRequest');
    expect(await refusal(['a', 'a'])).toBe('BatchEntryIdsNotDistinct');
    expect(await refusal(['a b'])).toBe('InvalidBatchEntryId');
    expectOf(await refusal(['a'.repeat(81)]), { aws: 'InvalidBatchEntryId', fauxqs: 'none' });
    expect(await refusal([...'abcdefghij'])).toBe('none');
  });

  test('takes a mebibyte, in one message or in all of a batch', async () => {
    const { queue } = await setup();
    const mebibyte = 1_048_576;
    const refusal = (...sizes: number[]) =>
      queue.refusal('SendMessageBatch', {
        Entries: sizes.map((size, n) => ({ Id: String(n), MessageBody: 'x'.repeat(size) })),
      });
    expect(await refusal(mebibyte)).toBe('none');
    expect(await refusal(mebibyte - 1, 1)).toBe('none');
    expect(await refusal(mebibyte, 1)).toBe('BatchRequestTooLong');
    const MessageBody = 'é'.repeat(mebibyte / 2);
    expect(await queue.refusal('SendMessage', { MessageBody })).toBe('none');
    expect(await queue.refusal('SendMessage', { MessageBody: `${MessageBody}x` })).toBe(
      'InvalidParameterValue',
    );
  });

  test('refuses characters that XML has not, and takes the other entries', async () => {
    const { queue, expectOf } = await setup();
    const bodies = { good: 'ok\t\n\r', fffe: '\uFFFE', nul: '\0', emoji: 'book 📚' };
    const { Successful, Failed } = await queue.call('SendMessageBatch', {
      Entries: Object.entries(bodies).map(([Id, MessageBody]) => ({ Id, MessageBody })),
    });
    const refused = ['fffe', 'nul'].map((Id) => failed(Id, 'InvalidMessageContents'));
    expectOf(Failed, {
      aws: refused,
      fauxqs: [...refused, failed('emoji', 'InvalidMessageContents')],
    });
    expectOf(Successful.length, { aws: 2, fauxqs: 1 });
    expectOf((await queue.bodies()).sort(), {
      aws: ['book 📚', 'ok\t\n\r'],
      fauxqs: ['ok\t\n\r'],
    });
  });

  test('keeps a message back for 15 minutes at most', async () => {
    const { queue, pass, expectOf } = await setup();
    await queue.send(['a'], { DelaySeconds: 900 });
    expect(await queue.counts()).toEqual([0, 0, 1]);
    pass(899.9);
    expect(await queue.receive()).toEqual([]);
    pass(0.1);
    expect(await queue.bodies()).toEqual(['a']);
    expectOf((await queue.send(['b'], { DelaySeconds: 901 })).Failed, {
      aws: [failed('b', 'InvalidParameterValue')],
      fauxqs: [],
    });
  });

  test('forgets what is older than it is told to keep', async () => {
    const { queue, pass, expectOf } = await setup({ MessageRetentionPeriod: '1209600' });
    await queue.send(['a']);
    pass(1_209_599);
    expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(['a']);
    pass(1);
    expectOf(await queue.bodies(), { aws: [], fauxqs: ['a'] });
  });

  test('counts, waits for a message that is to come, and forgets all at once', async () => {
    const { queue } = await setup();
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    await queue.send(['a']);
    expect(await waiting).toEqual(['a']);
    await queue.send(['b', 'c']);
    expect(await queue.counts()).toEqual([2, 1, 0]);
    await queue.call('PurgeQueue');
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });

  test('says which queue it does not know, and makes none twice', async () => {
    const { queue, call, refusal } = await setup({ VisibilityTimeout: '85' });
    const { QueueUrl } = await call('GetQueueUrl', { QueueName: 'mail' });
    expect(QueueUrl).toMatch(/^http:\/\/.*\/000000000000\/mail$/);
    expect(await refusal('GetQueueUrl', { QueueName: 'other' })).toBe('QueueDoesNotExist');
    const other = QueueUrl.replace('mail', 'other');
    expect(await refusal('ReceiveMessage', { QueueUrl: other })).toBe('QueueDoesNotExist');
    const again = (VisibilityTimeout: string) => ({
      QueueName: 'mail',
      Attributes: { VisibilityTimeout },
    });
    expect(await call('CreateQueue', again('85'))).toEqual({ QueueUrl });
    expect(await refusal('CreateQueue', again('30'))).toMatch(/^QueueNameExists$/);
    expect(await queue.receive()).toEqual([]);
  });
});
