import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** The chart as an SVG document. */
export async function toSvg(specification: TopLevelSpec): Promise<string> {
  const { spec } = compile(specification);
  return `${await new View(parse(spec), { renderer: 'none' }).toSVG()}\n`;
}
