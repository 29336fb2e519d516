import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { consumerInvocations } from '#local/consumer-invocations.ts';
import { waitUntil } from '#test/support/wait-until.ts';

test('are told that they have 55 seconds, who they are, and each its own id', async () => {
  const contexts: Context[] = [];
  const events: unknown[] = [];
  const { invoke } = consumerInvocations(async (event, context) => {
    events.push(event);
    contexts.push(context);
  });
  await Promise.all([invoke({ wakeUp: 'enqueued' }), invoke({ wakeUp: 'scheduled' })]);
  expect(events).toEqual([{ wakeUp: 'enqueued' }, { wakeUp: 'scheduled' }]);
  expect(new Set(contexts.map(({ awsRequestId }) => awsRequestId))).toHaveLength(2);
  const [context] = contexts;
  expect(context?.invokedFunctionArn).toBe('arn:aws:lambda:local:000000000000:function:consumer');
  expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(54_000);
  expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(55_000);
});

test('that run are told to finish when everything stops, and are waited for; no further one begins', async () => {
  let finished = 0;
  const { invoke, stop } = consumerInvocations(async (_event, context) => {
    await waitUntil(() => context.getRemainingTimeInMillis() <= 3_000);
    finished += 1;
  });
  void invoke({});
  void invoke({});
  await stop();
  await invoke({});
  expect(finished).toBe(2);
});

test('that fail are printed, and do not stop others', async () => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { invoke } = consumerInvocations(async () => {
    throw new Error('broken');
  });
  await Promise.all([invoke({}), invoke({})]);
  expect(complain).toHaveBeenCalledTimes(2);
  complain.mockRestore();
});
