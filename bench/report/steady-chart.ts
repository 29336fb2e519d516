// The steady load as lines over time: throughput and the duration of claims, a line for each run.
import type { TopLevelSpec } from 'vega-lite';
import { type Chart, frame, type Panel } from './chart.ts';
import type { Evidence } from './evidence.ts';

const workload = 'steady';

interface Point {
  readonly run: string;
  readonly second: number;
  readonly messagesPerSecond: number;
  readonly claimP95Ms: number;
  readonly event: string | null;
}

/** Of the longest time that was measured; undefined when none was. */
export function steadyChart({ runs }: Evidence): Chart | undefined {
  const variant = runs
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.workload === workload)
    .at(-1)?.variant;
  if (variant === undefined) return undefined;
  const points = runs.flatMap(({ entries }, n) =>
    entries
      .filter((entry) => entry.workload === workload && entry.variant === variant)
      .map(({ values }) => point(values, `run ${n + 1}`)),
  );
  return {
    name: workload,
    alternative: `a steady load for ${variant}: throughput and the p95 of claims over time`,
    specification: specification(points),
  };
}

function point(values: Readonly<Record<string, number>>, run: string): Point {
  const { second = 0, messagesPerSecond = 0, claimP95Ms = 0, dropped = 0, vacuums = 0 } = values;
  const event = dropped > 0 ? 'week dropped' : vacuums > 0 ? 'autovacuum' : null;
  return { run, second, messagesPerSecond, claimP95Ms, event };
}

function specification(points: readonly Point[]): TopLevelSpec {
  return {
    ...frame,
    data: { values: [...points] },
    vconcat: [
      lines('messagesPerSecond', 'messages/s handled'),
      lines('claimP95Ms', 'ms for a claim, p95'),
    ],
  };
}

function lines(field: string, title: string): Panel {
  const x = { field: 'second', type: 'quantitative', title: 'seconds' } as const;
  const y = { field, type: 'quantitative', title, scale: { zero: true } } as const;
  const event = {
    field: 'event',
    type: 'nominal',
    title: null,
    scale: { domain: ['week dropped', 'autovacuum'], range: ['#a33b20', '#d9d9d9'] },
  } as const;
  return {
    width: 620,
    height: 160,
    layer: [
      {
        transform: [{ filter: 'datum.event !== null' }],
        mark: { type: 'rule', strokeDash: [4, 3] },
        encoding: { x, color: event },
      },
      {
        mark: { type: 'line', strokeWidth: 1.2, color: '#1f6f8b' },
        encoding: { x, y, detail: { field: 'run' } },
      },
    ],
  };
}
