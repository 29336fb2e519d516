import { describe, expect, test } from 'vitest';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { type HandlerContext, type Message, on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { childOf, formatTraceparent, parseTraceparent } from '#queue/declare/traceparent.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;

async function setup(handle: (message: Message<{ n: number }>, context: HandlerContext) => void) {
  return openQueues(defineQueue({ name: 'traced', subscriptions: [on(numbered, handle)] }));
}

describe('a traceparent', () => {
  test.each([
    traceparent,
    `00-${traceId}-${parentId}-00`,
    `cc-${traceId}-${parentId}-01`,
    `cc-${traceId}-${parentId}-01-what-comes-later`,
  ])('is read from %s', (text) => {
    const flags = text.includes('-00', 50) ? '00' : '01';
    expect(parseTraceparent(text)).toEqual({ traceId, parentId, flags });
  });

  test.each([
    '',
    'garbage',
    `ff-${traceId}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-1`,
    `00-${traceId}-${parentId}`,
    ` ${traceparent}`,
    `${traceparent}\n`,
    `cc-${traceId}-${parentId}-01more`,
  ])('is not read from %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test('of what is caused has a span of its own in the same trace', () => {
    const parent = { traceId, parentId, flags: '01' };
    const child = childOf(parent);
    expect(child).toEqual({ ...parent, parentId: expect.stringMatching(/^[\da-f]{16}$/) });
    expect(child.parentId).not.toBe(parentId);
    expect(parseTraceparent(formatTraceparent(child))).toEqual(child);
  });
});

describe('a handler', () => {
  test('gets the trace of its message, in its context, headers and log lines', async () => {
    const got: unknown[] = [];
    const queues = await setup(({ headers }, context) => {
      got.push(context.traceparent, headers);
      context.log.info('seen');
    });
    await queues.enqueueNumbers(1, { traceparent, headers: { shop: 'north' } });
    await queues.drain();
    expect(got).toEqual([traceparent, { shop: 'north', traceparent }]);
    const [seen] = queues.log.lines.filter(({ message }) => message === 'seen');
    expect(seen?.attributes).toMatchObject({ traceId });
  });

  test.each([[{}], [{ headers: { traceparent: `ff-${traceId}-${parentId}-01` } }]])(
    'gets no trace from %j',
    async (options) => {
      const got: unknown[] = [];
      const queues = await setup((_, context) => {
        got.push(context.traceparent);
        context.log.info('seen');
      });
      await queues.enqueueNumbers(1, options);
      await queues.drain();
      expect(got).toEqual([undefined]);
      const [seen] = queues.log.lines.filter(({ message }) => message === 'seen');
      expect(seen?.attributes).not.toHaveProperty('traceId');
    },
  );

  test('of a batch gets the trace of each message with it', async () => {
    const got: unknown[] = [];
    const batch = onBatch(numbered, 10, (items) => {
      got.push(...items.map(({ message }) => message.headers));
    });
    const queues = await openQueues(defineQueue({ name: 'traced', subscriptions: [batch] }));
    await queues.enqueueNumbers(1, { traceparent });
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(got).toEqual([{ traceparent }, {}]);
  });
});

describe('follow-ups', () => {
  /** What handlers see of the follow-ups of a message with this trace. */
  async function traces(
    followUp: (context: Pick<HandlerContext, 'enqueue'>) => void,
    options = { traceparent },
  ) {
    const got: (string | undefined)[] = [];
    const queues = await setup(({ payload }, context) => {
      if (payload.n === 0) followUp(context);
      else got.push(context.traceparent);
    });
    await queues.enqueueNumbers(1, options);
    await queues.drain();
    return got;
  }
  const another = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;

  test('go on with the trace, each with a span of its own', async () => {
    const [first, second] = await traces(({ enqueue }) => {
      enqueue(numbered, { n: 1 });
      enqueue(numbered, { n: 2 });
    });
    expect(first).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(second).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(new Set([first, second, traceparent]).size).toBe(3);
  });

  test('of a message without a trace have none', async () => {
    const followUp = ({ enqueue }: Pick<HandlerContext, 'enqueue'>) => {
      enqueue(numbered, { n: 1 });
    };
    expect(await traces(followUp, {} as { traceparent: string })).toEqual([undefined]);
  });

  test('keep a trace that they are given', async () => {
    const got = await traces(({ enqueue }) => {
      enqueue(numbered, { n: 1 }, { traceparent: another });
      enqueue(numbered, { n: 2 }, { headers: { traceparent: another } });
    });
    expect(got).toEqual([another, another]);
  });

  test('with an invalid trace are refused at once', async () => {
    await traces(({ enqueue }) => {
      for (const invalid of ['x', `ff-${traceId}-${parentId}-01`])
        expect(() => enqueue(numbered, { n: 1 }, { traceparent: invalid })).toThrow(TypeError);
    });
    expect.assertions(2);
  });

  test('of a batch go on with the trace of their own message', async () => {
    const got: unknown[] = [];
    const batch = onBatch(numbered, 10, (items) => {
      for (const { message, enqueue } of items)
        if (message.payload.n < 10) enqueue(numbered, { n: message.payload.n + 10 });
        else got.push(parseTraceparent(String(Object.values(message.headers)))?.traceId);
    });
    const queues = await openQueues(defineQueue({ name: 'traced', subscriptions: [batch] }));
    await queues.enqueueNumbers(1, { traceparent });
    await queues.enqueueNumbers(1, { traceparent: another });
    await queues.enqueueNumbers(1);
    await queues.drain();
    expect(got).toEqual([traceId, 'a'.repeat(32), undefined]);
  });
});
