import { expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import { invokeFunction } from '#functions/aws/invoke-function.ts';
import { type Modes, startModes } from '#local/modes.ts';

const none: Modes = { sleep: false, eager: false, handOver: undefined };

async function setup(modes: Partial<Modes>) {
  const events: unknown[] = [];
  const { environment, stop } = await startModes({ ...none, ...modes }, async (event) => {
    events.push(event);
  });
  onTestFinished(stop);
  return { environment, events };
}

test('without a mode there is no AWS, and no variable of a mode stays', async () => {
  const { environment } = await setup({});
  expect(Object.values(environment)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<[Partial<Modes>, object]>([
  [
    { sleep: true },
    {
      MILLRACE_WAKE_UP_GROUP: 'wake-ups',
      MILLRACE_WAKE_UP_ROLE: expect.stringMatching(/^arn:/),
      MILLRACE_CONSUMER_ARN: 'arn:aws:lambda:local:000000000000:function:consumer',
      MILLRACE_EAGER: undefined,
      MILLRACE_HAND_OVER: undefined,
    },
  ],
  [
    { eager: true },
    {
      MILLRACE_WAKE_UP_GROUP: undefined,
      MILLRACE_CONSUMER_ARN: 'arn:aws:lambda:local:000000000000:function:consumer',
      MILLRACE_EAGER: 'on',
    },
  ],
  [{ handOver: 8 }, { MILLRACE_HAND_OVER: '8', MILLRACE_CONSUMER_ARN: undefined }],
])('%j tells the functions of it, and of an AWS that invokes the consumer', async (modes, told) => {
  const { environment, events } = await setup(modes);
  expect(environment).toMatchObject(told);
  await invokeFunction(awsAccess(environment), {
    functionArn: 'arn:aws:lambda:local:000000000000:function:consumer',
    event: { wakeUp: 'enqueued' },
    timeoutMs: 2_000,
  });
  await expect.poll(() => events).toEqual([{ wakeUp: 'enqueued' }]);
});
