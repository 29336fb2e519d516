// The charts of the report, as Vega-Lite specifications.
import type { TopLevelSpec } from 'vega-lite';
import { type Chart, frame, type Panel } from './chart.ts';
import { type Evidence, systemsOf } from './evidence.ts';
import { steadyChart } from './steady-chart.ts';
import type { Summary } from './summary.ts';

interface Datum {
  readonly system: string;
  readonly variant: string;
  readonly family: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const colors = { domain: ['millrace', 'peer', 'floor'], range: ['#1f6f8b', '#c9a66b', '#b8b8b8'] };

export function charts(evidence: Evidence): Chart[] {
  const all = [
    bars('drain', 'messagesPerSecond', 'messages/s drained'),
    bars('drain of singles', 'messagesPerSecond', 'messages/s drained'),
    bars('enqueue in batches', 'messagesPerSecond', 'messages/s enqueued in batches'),
    bars('whole life', 'walBytesPerMessage', 'bytes of WAL for each message, whole life'),
    bars('drain by eight consumers', 'messagesPerSecond', 'messages/s drained'),
    bars('drain at a distance', 'messagesPerSecond', 'messages/s drained'),
    bars('claim', 'p50Ms', 'milliseconds for a claim of 200, p50'),
    bars('drain under a pinned snapshot', 'messagesPerSecond', 'messages/s drained'),
    steadyChart,
  ];
  return all.flatMap((draw) => draw(evidence) ?? []);
}

type Draw = (evidence: Evidence) => Chart | undefined;

/** A bar with its range for each system, in a panel for each variant. */
function bars(workload: string, value: string, title: string): Draw {
  return (evidence) => {
    const data = evidence.merged
      .filter((each) => each.workload === workload)
      .flatMap((summary) => datum(summary, value, evidence) ?? []);
    if (data.length === 0) return undefined;
    const of = evidence.runs.length > 1 ? `, median and range of ${evidence.runs.length} runs` : '';
    return {
      name: workload.replaceAll(' ', '-'),
      alternative: `${workload}: ${title}${of}`,
      specification: specification(data, `${title}${of}`),
    };
  };
}

function datum(summary: Summary, value: string, evidence: Evidence): Datum | undefined {
  const spread = summary.values[value];
  if (!spread) return undefined;
  const { system, variant } = summary;
  const family = systemsOf(evidence).find(({ name }) => name === system)?.family ?? 'peer';
  const { median, least, most } = spread;
  return { system, variant, family, median, least, most };
}

/** Panels one below the other on one scale, each with the systems that took part in it. */
function specification(data: readonly Datum[], title: string): TopLevelSpec {
  const variants = [...new Set(data.map(({ variant }) => variant))];
  return {
    ...frame,
    vconcat: variants.map((variant) => ({
      ...(variant !== '' && { title: { text: variant, anchor: 'start' } }),
      ...panel(
        data.filter((datum) => datum.variant === variant),
        title,
      ),
    })),
    resolve: { scale: { x: 'shared' } },
  };
}

function panel(data: readonly Datum[], title: string): Panel {
  const system = { field: 'system', type: 'nominal', sort: null, title: null } as const;
  const value = { type: 'quantitative', title } as const;
  const color = { field: 'family', type: 'nominal', scale: colors, legend: null } as const;
  return {
    data: { values: [...data] },
    width: 520,
    height: { step: 22 },
    encoding: { y: { ...system, axis: { labelLimit: 240, minExtent: 190 } } },
    layer: [
      { mark: 'bar', encoding: { x: { field: 'median', ...value }, color } },
      { mark: 'rule', encoding: { x: { field: 'least', ...value }, x2: { field: 'most' } } },
    ],
  };
}
