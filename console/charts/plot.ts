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
      axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map(written) }],
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

function seriesOf({ colour, isDashed }: Line, colourOf: (name: string) => string): UPlot.Series {
  return {
    stroke: colourOf(colour),
    width: 2,
    points: { show: false },
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
