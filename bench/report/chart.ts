import type { TopLevelSpec } from 'vega-lite';

export interface Chart {
  /** Of the file, without .svg. */
  readonly name: string;
  readonly alternative: string;
  readonly specification: TopLevelSpec;
}

/** One below the other. */
export type Panel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number];

/** What all charts have in common. */
export const frame = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  config: { background: '#ffffff', font: 'sans-serif', view: { stroke: null } },
} as const;
