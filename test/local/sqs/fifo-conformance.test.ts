// What AWS documents of SQS's FIFO queues, asked of the stand-in and of fauxqs. The first letter of a message is its group.
import { describe, expect, test } from 'vitest';
import { one, openQueue, openServer, servers } from '#test/support/local/sqs-servers.ts';

const failed = (Code: string) => expect.objectContaining({ Code, SenderFault: true });

describe.each(servers)('%s', (name) => {
  const setup = async () => {
    const server = await openServer(name);
    return { ...server, queue: await openQueue(server, 'steps.fifo') };
  };

  test('gives out a group in its order, several at once', async () => {
    const { queue, expectOf } = await setup();
    await queue.send(['a1', 'a2', 'b1', 'a3']);
    const bodies = await queue.bodies();
    expect(bodies).toContain('b1');
    const ofGroup = bodies.filter((body) => body !== 'b1');
    expectOf(ofGroup, { aws: ['a1', 'a2', 'a3'], fauxqs: ['a1'] });
  });

  test('gives out nothing of a group of which something is in flight', async () => {
    const { queue, pass } = await setup();
    await queue.send(['a1', 'a2', 'b1']);
    const first = await queue.receive({ MaxNumberOfMessages: 1 });
    expect(one(first).Body).toBe('a1');
    expect(await queue.bodies()).toEqual(['b1']);
    pass(29.9);
    expect(await queue.receive()).toEqual([]);
    await queue.delete(first);
    expect(await queue.bodies()).toEqual(['a2']);
  });

  test('begins a group anew with what has failed', async () => {
    const { queue, pass } = await setup();
    await queue.send(['a1', 'a2']);
    const names = { MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SequenceNumber'] };
    const first = one(await queue.receive({ MaxNumberOfMessages: 1, ...names }));
    pass(30);
    const again = one(await queue.receive({ MaxNumberOfMessages: 1, ...names }));
    expect(again.Body).toBe('a1');
    expect(again.Attributes).toEqual({ ...first.Attributes, ApproximateReceiveCount: '2' });
    await queue.hide(again, 0);
    expect(one(await queue.receive({ MaxNumberOfMessages: 1 })).Body).toBe('a1');
  });

  test('takes a message once in five minutes, also when it has been deleted', async () => {
    const { queue, pass } = await setup();
    const first = await queue.send(['a1']);
    await queue.delete(await queue.receive());
    pass(299.9);
    expect(await queue.send(['a1'])).toEqual(first);
    expect(await queue.receive()).toEqual([]);
    pass(0.2);
    const later = await queue.send(['a1']);
    expect(later.Successful[0].MessageId).not.toBe(first.Successful[0].MessageId);
    expect(later.Successful[0].SequenceNumber > first.Successful[0].SequenceNumber).toBe(true);
    expect(await queue.bodies()).toEqual(['a1']);
  });

  test('wants a group and a deduplication id, and no delay', async () => {
    const { queue } = await setup();
    const refusal = async (more: object) => (await queue.send(['a1'], more)).Failed;
    expect(await refusal({ MessageGroupId: undefined })).toEqual([failed('MissingParameter')]);
    expect(await refusal({ MessageDeduplicationId: undefined })).toEqual([
      failed('InvalidParameterValue'),
    ]);
    expect(await refusal({ DelaySeconds: 5 })).toEqual([failed('InvalidParameterValue')]);
  });

  test('takes ids of 1 to 128 letters, digits and punctuation', async () => {
    const { queue, expectOf } = await setup();
    for (const id of ['a b', 'é', 'x'.repeat(129)])
      for (const parameter of ['MessageGroupId', 'MessageDeduplicationId'])
        expectOf((await queue.send(['a1'], { [parameter]: id })).Failed, {
          aws: [failed('InvalidParameterValue')],
          fauxqs: [],
        });
    expect((await queue.send(['a1'], { MessageGroupId: '!~'.repeat(64) })).Failed ?? []).toEqual(
      [],
    );
  });

  test('deletes only what is in flight', async () => {
    const { queue, pass, expectOf } = await setup();
    await queue.send(['a1']);
    const received = await queue.receive();
    pass(30);
    expectOf((await queue.delete(received)).Failed, {
      aws: [failed('InvalidParameterValue')],
      fauxqs: [],
    });
    expectOf(await queue.bodies(), { aws: ['a1'], fauxqs: [] });
  });

  test('lets a group go on without what it has given up', async () => {
    const server = await openServer(name);
    const dead = await openQueue(server, 'dead.fifo');
    const queue = await openQueue(server, 'steps.fifo', {
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: await dead.arn(),
        maxReceiveCount: '1',
      }),
    });
    await queue.send(['a1', 'a2']);
    expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(['a1']);
    server.pass(30);
    expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(['a2']);
    const letter = one(await dead.receive({ MessageSystemAttributeNames: ['All'] }));
    expect(letter.Body).toBe('a1');
    expect(letter.Attributes['MessageGroupId']).toBe('a');
  });
});
