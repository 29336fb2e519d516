// The charts of the report, as Vega-Lite specifications.
import type { TopLevelSpec } from 'vega-lite';
import type { Results } from '../results.ts';
import type { Summary } from './summary.ts';

export interface Chart {
  /** Of the file, without .svg. */
  readonly name: string;
  readonly alternative: string;
  readonly specification: TopLevelSpec;
}

interface Datum {
  readonly system: string;
  readonly variant: string;
  readonly family: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const colors = { domain: ['millrace', 'peer', 'floor'], range: ['#1f6f8b', '#c9a66b', '#b8b8b8'] };

export function charts(summaries: readonly Summary[], results: Results): Chart[] {
  const all = [
    bars('drain', 'messagesPerSecond', 'messages/s drained'),
    bars('enqueue in batches', 'messagesPerSecond', 'messages/s enqueued in batches'),
    bars('whole life', 'walBytesPerMessage', 'bytes of WAL for each message, whole life'),
    bars('drain at a distance', 'messagesPerSecond', 'messages/s drained'),
    bars('claim', 'p50Ms', 'milliseconds for a claim of 200, p50'),
    bars('drain under a pinned snapshot', 'messagesPerSecond', 'messages/s drained'),
  ];
  return all.flatMap((draw) => draw(summaries, results) ?? []);
}

type Draw = (summaries: readonly Summary[], results: Results) => Chart | undefined;

/** A bar with its spread for each system, in a panel for each variant. */
function bars(workload: string, value: string, title: string): Draw {
  return (summaries, results) => {
    const data = summaries
      .filter((each) => each.workload === workload)
      .flatMap((summary) => datum(summary, value, results) ?? []);
    if (data.length === 0) return undefined;
    return {
      name: workload.replaceAll(' ', '-'),
      alternative: `${workload}: ${title}`,
      specification: specification(data, title),
    };
  };
}

function datum(summary: Summary, value: string, { systems }: Results): Datum | undefined {
  const spread = summary.values[value];
  if (!spread) return undefined;
  const { system, variant } = summary;
  const family = systems.find(({ name }) => name === system)?.family ?? 'peer';
  const { median, least, most } = spread;
  return { system, variant, family, median, least, most };
}

/** Panels one below the other on one scale, each with the systems that took part in it. */
function specification(data: readonly Datum[], title: string): TopLevelSpec {
  const variants = [...new Set(data.map(({ variant }) => variant))];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    vconcat: variants.map((variant) => ({
      ...(variant !== '' && { title: { text: variant, anchor: 'start' } }),
      ...panel(
        data.filter((datum) => datum.variant === variant),
        title,
      ),
    })),
    resolve: { scale: { x: 'shared' } },
    config: { background: '#ffffff', font: 'sans-serif', view: { stroke: null } },
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

type Panel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];
