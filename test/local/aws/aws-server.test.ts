// The functions' own calls, on the stand-in.
import { expect, test } from 'vitest';
import { createSchedule } from '#functions/aws/create-schedule.ts';
import { invokeFunction } from '#functions/aws/invoke-function.ts';
import { consumerArn, openAws, type TestAws, wakeUpGroup } from '#test/support/functions/aws.ts';

const wake = ({ access }: TestAws, change: Partial<Parameters<typeof createSchedule>[1]> = {}) =>
  createSchedule(access, {
    group: wakeUpGroup,
    name: 'wake-20261128T234530Z',
    at: new Date('2026-11-28T23:45:30Z'),
    targetArn: consumerArn,
    roleArn: 'arn:aws:iam::000000000000:role/wake',
    input: { wakeUp: 'scheduled' },
    timeoutMs: 2_000,
    ...change,
  });

const invoke = ({ access }: TestAws, functionArn = consumerArn) =>
  invokeFunction(access, { functionArn, event: { wakeUp: 'enqueued' }, timeoutMs: 2_000 });

/** A clock that stands before the schedule of `wake`, until a test moves it. */
async function setup() {
  const clock = { now: new Date('2026-11-28T23:45:00Z') };
  return { clock, aws: await openAws({ now: () => clock.now }) };
}

test('fires a schedule once when its time has come', async () => {
  const { aws, clock } = await setup();
  expect(await wake(aws)).toBe('created');
  expect(await wake(aws)).toBe('exists');
  expect(aws.schedules.armed).toHaveLength(1);
  expect(aws.events).toEqual([]);
  clock.now = new Date('2026-11-28T23:45:30Z');
  await expect.poll(() => aws.events).toEqual([{ wakeUp: 'scheduled' }]);
  expect(aws.schedules.armed).toEqual([]);
  expect(await wake(aws)).toBe('created');
});

test('knows what is past, and who has made no group', async () => {
  const { aws } = await setup();
  expect(await wake(aws, { at: new Date('2026-11-28T23:44:59Z') })).toBe('past');
  await expect(wake(aws, { group: 'other' })).rejects.toThrow('ResourceNotFoundException');
  await expect(wake(aws, { roleArn: 'role' })).rejects.toThrow('ValidationException');
  await expect(wake(aws, { name: 'a b' })).rejects.toThrow('ValidationException');
});

test('invokes a function after it has answered', async () => {
  const { aws } = await setup();
  await invoke(aws);
  await expect.poll(() => aws.events).toEqual([{ wakeUp: 'enqueued' }]);
  await expect(invoke(aws, `${consumerArn}-other`)).rejects.toThrow(
    'lambda:Invoke failed: ResourceNotFoundException',
  );
});

test('an answer that was lost costs one more call, and makes no second schedule', async () => {
  const { aws, clock } = await setup();
  aws.troubles.push('lost answer');
  expect(await wake(aws)).toBe('created');
  expect(aws.calls).toHaveLength(2);
  clock.now = new Date('2026-11-28T23:46:00Z');
  await expect.poll(() => aws.events).toEqual([{ wakeUp: 'scheduled' }]);
});

test('an invocation whose answer was lost comes twice', async () => {
  const { aws } = await setup();
  aws.troubles.push('lost answer');
  await invoke(aws);
  await expect.poll(() => aws.events).toHaveLength(2);
});

test('gives up on what does not pass', async () => {
  const { aws } = await setup();
  aws.trouble = { status: 400, type: 'ThrottlingException' };
  await expect(invoke(aws)).rejects.toMatchObject({ isTransient: true });
  aws.trouble = 'no answer';
  await expect(wake(aws)).rejects.toThrow('no answer');
});
