import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deploymentMetrics, queueMetrics } from '#functions/metrics.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { onSqs, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly unknown[][];
  };
}

/** What CloudWatch gets, with names in place of what CloudFormation puts in. */
function dashboardOf(props: MillraceProps = {}): Widget[] {
  const [[, dashboard] = []] = resourcesOf(synthesize(props), 'AWS::CloudWatch::Dashboard');
  const body = dashboard?.Properties.DashboardBody['Fn::Join'][1]
    .map((part: unknown) => (typeof part === 'string' ? part : 'a-reference'))
    .join('');
  return JSON.parse(body).widgets;
}

const textOf = (widgets: readonly Widget[]) =>
  widgets.map(({ properties }) => properties.markdown ?? '').join('\n');

test('it answers four questions, one after the other', () => {
  const questions = textOf(dashboardOf()).match(/^## .*$/gm);
  expect(questions).toEqual([
    '## Is work moving?',
    '## What waits longest?',
    '## What dies, and what fails?',
    '## What does it cost?',
  ]);
});

test('with queues on SQS a fifth question asks for them, and shows each', () => {
  const widgets = dashboardOf(onSqs);
  expect(textOf(widgets).match(/^## .*$/gm)).toContain('## What does SQS carry?');
  const text = JSON.stringify(widgets);
  for (const metric of ['NumberOfMessagesSent', 'ApproximateAgeOfOldestMessage'])
    expect(text.split(`"AWS/SQS","${metric}"`)).toHaveLength(3);
  expect(textOf(widgets)).toContain('`npm run costs -- --engine sqs`');
});

test('with several databases a question asks for each of them', () => {
  const widgets = dashboardOf({ databases: 3 });
  expect(textOf(widgets)).toContain('## How does each database fare?');
  expect(textOf(widgets)).toContain('`npm run costs -- --databases 3`');
  const [query] = widgets.filter(({ type }) => type === 'log');
  expect(JSON.stringify(query)).toContain('by database');
  expect(dashboardOf({ databases: 3, metrics: false }).map(({ type }) => type)).not.toContain(
    'log',
  );
});

test('no widget lies on another one or beyond the page', () => {
  const taken = new Set<string>();
  const all = dashboardOf({ ...onSqs, metrics: 'queues', sleep: true, databases: 2 });
  for (const { x, y, width, height } of all) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column += 1)
      for (let row = y; row < y + height; row += 1) {
        expect(taken).not.toContain(`${column},${row}`);
        taken.add(`${column},${row}`);
      }
  }
});

test('it shows every metric that the functions write', () => {
  const text = JSON.stringify(dashboardOf({ metrics: 'queues' }));
  for (const name of deploymentMetrics) expect(text).toContain(`"Millrace","${name}"`);
  for (const name of queueMetrics)
    expect(text).toContain(JSON.stringify(`MetricName="${name}"`).slice(1, -1));
});

test('queues are searched for, since the template does not know them', () => {
  const searches = dashboardOf({ metrics: 'queues' }).flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap(([first]) =>
      typeof first === 'object' && first !== null && 'expression' in first
        ? String(first.expression)
        : [],
    ),
  );
  expect(searches).toContain(
    `SEARCH('{Millrace,Deployment,Queue} Deployment="Test" MetricName="OldestWaiting"', 'Maximum', 60)`,
  );
  expect(JSON.stringify(dashboardOf())).not.toContain('SEARCH');
});

test('without metrics it shows what AWS counts by itself, and says why there is no more', () => {
  const widgets = dashboardOf({ metrics: false });
  expect(JSON.stringify(widgets)).not.toContain('"Millrace",');
  expect(textOf(widgets)).toContain('`metrics` is false');
  expect(JSON.stringify(widgets)).toContain('"AWS/Lambda","Errors"');
});

describe('the cost', () => {
  const prices = JSON.parse(readFileSync('infra/cost/prices.json', 'utf8'));
  const expressionsOf = (props: MillraceProps = {}) =>
    dashboardOf(props).flatMap(({ properties: { title = '', metrics = [] } }) =>
      title.startsWith('USD')
        ? metrics.flatMap(([first]) => (first as { expression?: string }).expression ?? [])
        : [],
    );

  test('is computed from the table of prices, by the memory that the functions have', () => {
    const { gigabyteSecond, millionInvocations } = prices.lambda;
    const lambda = (name: string, gigabytes: number) =>
      `${name}Ms / 1000 * ${gigabytes} * ${gigabyteSecond} + ${name}Invocations / 1000000 * ${millionInvocations}`;
    const expected = (memory: number) => [
      lambda('consumer', memory),
      lambda('http', 0.5),
      `requests / 1000000 * ${prices.httpApi.millionRequests}`,
    ];
    const perPeriod = (all: string[]) => all.filter((text) => !text.includes('PERIOD'));
    expect(perPeriod(expressionsOf())).toEqual(expected(1));
    const large = expressionsOf({ consumer: { memorySize: 1792 } });
    expect(perPeriod(large)).toEqual(expected(1.75));
  });

  test('a month is reckoned at the pace of the time shown', () => {
    const months = expressionsOf().filter((text) => text.includes('PERIOD'));
    expect(months).toHaveLength(3);
    // A metric that grows by 3,600 each hour costs as much a second, whatever the period is.
    for (const text of months) expect(text).toMatch(/^\(.*\) \* 2628000 \/ PERIOD\(\w+\)$/);
  });

  test('that does not depend on traffic is said with its price', () => {
    const text = textOf(dashboardOf());
    expect(text).toContain(`10 alarms at $0.10`);
    expect(text).toContain('$3.00 beyond');
    expect(text).toContain('$0.30 each');
  });
});

test('it links the runbook where that is published, and names its file where it is not', () => {
  const runbookUrl = 'https://wiki.example/millrace';
  expect(textOf(dashboardOf({ alarms: { runbookUrl } }))).toContain(
    `[${runbookUrl}](${runbookUrl})`,
  );
  expect(textOf(dashboardOf())).toContain('docs/runbook.md in the checkout of this deployment');
});

test('it can be left out, and has no physical name, so that two stacks fit into one account', () => {
  expect(resourcesOf(synthesize({ dashboard: false }), 'AWS::CloudWatch::Dashboard')).toEqual([]);
  for (const [, { Properties }] of resourcesOf(synthesize(), 'AWS::CloudWatch::Dashboard'))
    expect(Properties).not.toHaveProperty('DashboardName');
});
