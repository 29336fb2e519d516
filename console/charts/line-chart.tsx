// Lines over time. What draws them is loaded when the first chart is there; the rest of the page does not wait for it.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '#console/shell/theme.ts';
import type { Line } from './line.ts';
import type { Plot } from './plot.ts';

export interface LineChartProps {
  readonly title: string;
  /** In seconds since 1970, one for each value of the lines. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  readonly written: (value: number) => string;
  /** What it shows, in a sentence: for who does not see it. */
  readonly summary: string;
}

export function LineChart(props: LineChartProps) {
  const { title, lines, written } = props;
  const pointed = useSignal<number | undefined>(undefined);
  // The colours are the theme's: for another theme it is drawn anew.
  const key = `${lines.map(({ name }) => name)} ${theme.value}`;
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <Drawing key={key} {...props} pointed={pointed} />
      <Legend lines={lines} written={written} index={pointed.value} />
    </figure>
  );
}

interface DrawingProps extends LineChartProps {
  /** Where the pointer is, as an index of the instants. */
  readonly pointed: Signal<number | undefined>;
}

function Drawing({ at, lines, written, summary, pointed }: DrawingProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const latest = useRef({ at, lines, written });
  latest.current = { at, lines, written };
  useEffect(() => {
    let isGone = false;
    void import('./plot.ts').then(({ makePlot }) => {
      if (isGone || !place.current) return;
      plot.current = makePlot(place.current, latest.current, (index) => {
        pointed.value = index;
      });
    });
    return () => {
      isGone = true;
      plot.current?.remove();
    };
  }, [pointed]);
  useEffect(() => plot.current?.show({ at, lines }), [at, lines]);
  return <div class="plot" ref={place} role="img" aria-label={summary} />;
}

/** The lines' names, and their values where the pointer is. */
function Legend({ lines, written, index }: LegendProps) {
  return (
    <ul class="legend">
      {lines.map(({ name, colour, isDashed, values }) => {
        const value = index === undefined ? undefined : values[index];
        return (
          <li key={name}>
            <span
              class={isDashed ? 'swatch dashed' : 'swatch'}
              style={{ borderColor: `var(${colour})` }}
            />
            {name}
            {value === undefined || value === null ? '' : ` ${written(value)}`}
          </li>
        );
      })}
    </ul>
  );
}

interface LegendProps extends Pick<LineChartProps, 'lines' | 'written'> {
  readonly index: number | undefined;
}
