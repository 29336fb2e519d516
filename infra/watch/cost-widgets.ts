// What a deployment costs, by metric math from the one table of prices. Neon's part stands on Neon's own bill.
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import prices from '#infra/cost/prices.json' with { type: 'json' };
import type { Shown } from './shown.ts';

const million = 1_000_000;
const secondsOfMonth = (365 / 12) * 86_400;

export function costWidgets(shown: Shown): IWidget[] {
  const parts = partsOf(shown);
  return [
    new SingleValueWidget({
      title: 'USD a month, at the pace of the time shown',
      metrics: parts.map((part) => aMonth(part)),
      setPeriodToTimeRange: true,
      width: 8,
      height: 6,
    }),
    new GraphWidget({
      title: 'USD in each period',
      left: parts.map(({ label, usd, usingMetrics }) => asExpression(label, usd, usingMetrics)),
      stacked: true,
      width: 8,
    }),
    new TextWidget({ markdown: fixedCosts(shown), width: 8, height: 6 }),
  ];
}

interface Part {
  readonly label: string;
  /** Metric math. */
  readonly usd: string;
  readonly usingMetrics: Record<string, IMetric>;
  /** One of its metrics, whose period the time is taken from. */
  readonly timed: string;
}

const partsOf = ({ consumer, http, api, sqs }: Shown): readonly Part[] => [
  lambdaPart('consumer', consumer),
  lambdaPart('http', http),
  ...(sqs ? [lambdaPart('sqsConsumer', sqs.consumer.handler)] : []),
  {
    label: 'HTTP API',
    usd: `requests / ${million} * ${prices.httpApi.millionRequests}`,
    usingMetrics: { requests: api.stage.metricCount() },
    timed: 'requests',
  },
];

function lambdaPart(name: string, handler: LambdaFunction): Part {
  const { gigabyteSecond, millionInvocations } = prices.lambda;
  const [ms, invocations] = [`${name}Ms`, `${name}Invocations`];
  return {
    label: `${name} function`,
    usd: `${ms} / 1000 * ${memoryOf(handler) / 1024} * ${gigabyteSecond} + ${invocations} / ${million} * ${millionInvocations}`,
    usingMetrics: {
      [ms]: handler.metricDuration({ statistic: 'Sum' }),
      [invocations]: handler.metricInvocations(),
    },
    timed: invocations,
  };
}

function memoryOf({ node }: LambdaFunction): number {
  const { defaultChild } = node;
  return (defaultChild instanceof CfnFunction && defaultChild.memorySize) || 128;
}

const aMonth = ({ label, usd, usingMetrics, timed }: Part) =>
  asExpression(label, `(${usd}) * ${secondsOfMonth} / PERIOD(${timed})`, usingMetrics);

const asExpression = (
  label: string,
  expression: string,
  usingMetrics: Record<string, IMetric>,
): MathExpression => new MathExpression({ label, expression, usingMetrics });

function fixedCosts({ alarms, level, sqs, databases }: Shown): string {
  const { extras } = prices;
  const usd = (price: number) => `$${price.toFixed(2)}`;
  const metrics =
    level === undefined ? 'none' : `${usd(extras.metrics)} each, for the hours in which it is sent`;
  return [
    `Beside these, a month: ${alarms.length} alarms at ${usd(extras.alarms)} for each of their metrics; own metrics: ${metrics}; ` +
      `this dashboard: ${usd(extras.dashboards)} beyond the account's first three; logs at ${usd(prices.logs.ingestedGigabyte)} a gigabyte.`,
    ...(sqs
      ? [
          'Requests to SQS are in none of these metrics: `npm run costs -- --engine sqs` computes them.',
        ]
      : []),
    `Neon is on its own bill: \`npm run costs${databases > 1 ? ` -- --databases ${databases}` : ''}\` computes it for your load.`,
    `Prices: us-east-1, ${prices.asOf}, free tiers not deducted.`,
  ].join('\n\n');
}
