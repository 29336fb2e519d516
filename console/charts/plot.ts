// uPlot, as the console's charts want it.
import UPlot from 'uplot';
import type { Line } from './line.ts';

interface Drawn {
  readonly at: readonly number[];
  readonly lines: readonly Line[];
}

export interface Plot {
  /** Draws other values of the same lines. */
  show(drawn: Drawn): void;
  remove(): void;
}

const height = 200;

/** point: told the index of the instant that the pointer is at, and undefined when it has left. */
export function makePlot(
  place: HTMLElement,
  { at, lines, written }: Drawn & { readonly written: (value: number) => string },
  point: (index: number | undefined) => void,
): Plot {
  const colourOf = (name: string) => resolved(place, name);
  const axis = {
    stroke: colourOf('--soft'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { stroke: colourOf('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const plot = new UPlot(
    {
      width: place.clientWidth,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.05, 1)] } },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map(timeOf(at)) },
        { ...axis, size: 64, values: (_, ticks) => ticks.map(written) },
      ],
      series: [{}, ...lines.map((line) => seriesOf(line, colourOf))],
      hooks: { setCursor: [({ cursor: { idx } }) => point(idx ?? undefined)] },
    },
    dataOf({ at, lines }),
    place,
  );
  const follow = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
  follow.observe(place);
  return {
    show: (drawn) => plot.setData(dataOf(drawn)),
    remove() {
      follow.disconnect();
      plot.destroy();
    },
  };
}

function seriesOf(
  { colour, isDashed, values }: Line,
  colourOf: (name: string) => string,
): UPlot.Series {
  return {
    stroke: colourOf(colour),
    width: 2,
    // A value between two that are missing has no line, and would not be seen.
    points: { show: values.includes(null), size: 5 },
    ...(isDashed && { dash: [4, 4] }),
  };
}

const dataOf = ({ at, lines }: Drawn): UPlot.AlignedData => [
  [...at],
  ...lines.map(({ values }) => [...values]),
];

/** A canvas knows no variables, and none of the functions that choose by the theme: an element finds out. */
function resolved(place: HTMLElement, name: string): string {
  const element = place.appendChild(document.createElement('span'));
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.remove();
  return color;
}

const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' });

/** A tick as a time of day, in the zone of whoever looks; where there are several days, midnight as the day. */
function timeOf(at: readonly number[]): (seconds: number) => string {
  const spansDays = (at.at(-1) ?? 0) - (at[0] ?? 0) > 2 * 86_400;
  return (seconds) => {
    const time = new Date(seconds * 1000);
    const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
    return (spansDays && isMidnight ? days : hours).format(time);
  };
}
