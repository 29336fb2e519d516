import { expect, test } from 'vitest';
import { embeddedMetrics, type MetricValue } from '#functions/figures/embedded-metrics.ts';
import { readMetrics } from '#test/support/functions/embedded-metrics.ts';

const at = new Date('2026-11-28T12:00:00Z');
const lineOf = (values: Record<string, MetricValue>) =>
  JSON.stringify({
    level: 'INFO',
    ...embeddedMetrics(
      {
        namespace: 'Millrace',
        dimensions: { Deployment: 'Shop' },
        unitOf: (name) => (name === 'Done' ? 'Count' : 'Milliseconds'),
        values: new Map(Object.entries(values)),
      },
      at,
    ),
  });

test('is what the specification has', () => {
  expect(JSON.parse(lineOf({ Done: 3, ClaimTime: [1.5, 2] }))).toEqual({
    level: 'INFO',
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'Millrace',
          Dimensions: [['Deployment']],
          Metrics: [
            { Name: 'Done', Unit: 'Count' },
            { Name: 'ClaimTime', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    Deployment: 'Shop',
    Done: 3,
    ClaimTime: [1.5, 2],
  });
});

test('leaves out what CloudWatch would refuse the whole line for', () => {
  const line = lineOf({ Done: Number.NaN, ClaimTime: [1, Number.POSITIVE_INFINITY], Dead: 1 });
  expect(line).not.toContain('null');
  expect(Object.keys(JSON.parse(line))).not.toContain('Done');
  expect(() => readMetrics(lineOf({ Done: 1 }))).not.toThrow();
});
