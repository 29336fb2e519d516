// An application without a queue on SQS is deployed as it always was, and one that puts a queue there keeps what it had.
import { expect, test } from 'vitest';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { onSqs, type Resource, synthesize } from '#test/support/infra/synthesis.ts';

const resourcesIn = (props: MillraceProps) =>
  Object.entries(synthesize(props).toJSON()['Resources'] as Record<string, Resource>);

test.each<MillraceProps>([
  {},
  { sleep: true, eager: true, handOver: 3, stage: 'prod', metrics: 'queues' },
  { sqs: { memorySize: 2048 }, alarms: { sqsOldest: { minutes: 5 } } },
])('nothing of SQS is in the template without such a queue: %j', (props) => {
  expect(JSON.stringify(synthesize(props).toJSON())).not.toMatch(/sqs/i);
});

test('what is said of SQS changes nothing without such a queue', () => {
  const props = { sqs: { maximumConcurrency: 5 }, alarms: { sqsErrors: false } } as const;
  expect(synthesize(props).toJSON()).toEqual(synthesize().toJSON());
});

test('the first queue on SQS replaces nothing, and takes nothing away', () => {
  const after = new Map(resourcesIn(onSqs));
  // A version is named after its code.
  const before = resourcesIn({}).filter(([, { Type }]) => Type !== 'AWS::Lambda::Version');
  expect(before.length).toBeGreaterThan(30);
  for (const [id, { Type }] of before) expect(after.get(id)?.Type, id).toBe(Type);
});

test('only what relays and sends, and what watches it, are updated by it', () => {
  const after = new Map(resourcesIn(onSqs));
  const changed = resourcesIn({})
    .filter(([id, resource]) => JSON.stringify(after.get(id)) !== JSON.stringify(resource))
    // The code is that of another application.
    .filter(([, { Type }]) => !/^(AWS::Lambda::|Custom::Trigger)/.test(Type))
    .map(([id]) => id.replace(/[\dA-F]{8}$/, ''));
  expect(changed.toSorted()).toEqual([
    'MillraceConsumerRoleDefaultPolicy',
    'MillraceDashboard',
    'MillraceHttpRoleDefaultPolicy',
  ]);
});
