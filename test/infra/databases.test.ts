// A deployment that is spread over several databases: a schedule for each, and functions that know how many there are.
import { describe, expect, test } from 'vitest';
import { DATABASES } from '#functions/environment.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { onSqs, type Resource, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const propertiesOf = (props: MillraceProps, type: string) =>
  resourcesOf(synthesize(props), type).map(([, { Properties }]) => Properties);

const schedulesOf = (props: MillraceProps) => propertiesOf(props, 'AWS::Scheduler::Schedule');

const resourcesIn = (props: MillraceProps) =>
  Object.entries(synthesize(props).toJSON()['Resources'] as Record<string, Resource>);

test('each has a schedule, which says which it is', () => {
  const schedules = schedulesOf({ databases: 3 });
  const inputs = schedules.map(({ Target }) => JSON.parse(Target.Input));
  const scheduledTime = '<aws.scheduler.scheduled-time>';
  expect(inputs).toEqual([
    { scheduledTime },
    { scheduledTime, database: 1 },
    { scheduledTime, database: 2 },
  ]);
  const [first, ...others] = schedules.map(({ Target: { Input, ...target }, ...rest }) => {
    const { Description, ...schedule } = rest;
    return { target, schedule };
  });
  for (const other of others) expect(other).toEqual(first);
});

test('in a deployment that sleeps each has its backstop', () => {
  const rates = schedulesOf({ databases: 2, sleep: true }).map((each) => each.ScheduleExpression);
  expect(rates).toEqual(['rate(6 hours)', 'rate(6 hours)']);
});

test('every function of ours is told how many there are, and of one none is told', () => {
  const told = (props: MillraceProps) =>
    propertiesOf(props, 'AWS::Lambda::Function').flatMap(
      ({ Environment }) => Environment?.Variables[DATABASES] ?? [],
    );
  expect(told({ databases: 2 })).toEqual(['2', '2', '2']);
  expect(told({ ...onSqs, databases: 16 })).toEqual(Array.from({ length: 5 }, () => '16'));
  expect(told({})).toEqual([]);
});

test('to say that there is one changes nothing', () => {
  for (const props of [{}, { ...onSqs, sleep: true } as const])
    expect(synthesize({ ...props, databases: 1 }).toJSON()).toEqual(synthesize(props).toJSON());
});

test('the second one replaces nothing, and takes nothing away', () => {
  const after = new Map(resourcesIn({ databases: 2 }));
  // A version is named after its code and settings.
  const before = resourcesIn({}).filter(([, { Type }]) => Type !== 'AWS::Lambda::Version');
  expect(before.length).toBeGreaterThan(30);
  for (const [id, { Type }] of before) expect(after.get(id)?.Type, id).toBe(Type);
  const added = [...after].filter(([id]) => !before.some(([known]) => known === id));
  expect(added.map(([, { Type }]) => Type).toSorted()).toEqual([
    'AWS::Lambda::Version',
    'AWS::Scheduler::Schedule',
  ]);
});

test('a function that migrates several has time for them, and its trigger waits longer', () => {
  const [migrations] = propertiesOf({ databases: 2 }, 'AWS::Lambda::Function').filter(
    ({ Description }) => Description?.startsWith('Brings the schema'),
  );
  expect(migrations.Timeout).toBe(14 * 60);
  const [trigger] = propertiesOf({ databases: 2 }, 'Custom::Trigger');
  expect(trigger.Timeout).toBe(String(15 * 60_000));
});

test('an alarm rings when one of them has no ticks', () => {
  const [heartbeat] = propertiesOf({ databases: 3 }, 'AWS::CloudWatch::Alarm').filter(
    ({ MetricName }) => MetricName === 'Invocations',
  );
  expect(heartbeat).toMatchObject({ Threshold: 3, ComparisonOperator: 'LessThanThreshold' });
  expect(heartbeat.AlarmDescription).toMatch(/^Not every database has had its ticks/);
});

describe('what is reserved for the consumer', () => {
  const reserving = (reservedConcurrentExecutions: number, more: MillraceProps) => () =>
    synthesize({ ...more, consumer: { reservedConcurrentExecutions } });

  test('has room for an invocation of each', () => {
    expect(reserving(2, { databases: 3 })).toThrow(
      'databases of 3 needs reservedConcurrentExecutions of 3 or more, or none; got 2',
    );
    expect(reserving(3, { databases: 3 })).not.toThrow();
  });

  test('and for the helpers of each', () => {
    expect(reserving(8, { databases: 3, handOver: 2 })).toThrow(
      'handOver of 2 with databases of 3 needs reservedConcurrentExecutions of 9 or more, or none; got 8',
    );
    expect(reserving(9, { databases: 3, handOver: 2 })).not.toThrow();
  });
});

test.each([0, 17, 1.5, Number.NaN])(
  '%d databases are refused with what is expected',
  (databases) => {
    expect(() => synthesize({ databases })).toThrow(
      `databases is a whole number of databases from 1 to 16; got ${databases}`,
    );
  },
);
