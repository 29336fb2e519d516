import type { Results } from '../results.ts';
import { formatSpread, markdownTable, times } from './format.ts';
import type { Section } from './section.ts';
import { medianOf, type Summary } from './summary.ts';

/** Where Millrace stands for all its ways to the database: the one that peers have, too. */
export const millrace = 'Millrace over TCP';

/** The table of one section; undefined when its workload was not run. */
export function sectionTable(
  section: Section,
  summaries: readonly Summary[],
  results: Results,
): string | undefined {
  const own = summaries.filter(({ workload }) => workload === section.workload);
  if (own.length === 0) return undefined;
  const hasVariants = own.some(({ variant }) => variant !== '');
  const floor = results.systems.find(({ family }) => family === 'floor')?.name ?? '';
  const ratios = ratioColumns(section, summaries, floor).filter(({ ratio }) =>
    own.some((summary) => ratio(summary) !== ''),
  );
  const headings = [
    ...(hasVariants ? [''] : []),
    'system',
    ...section.columns.map(({ heading }) => heading),
    ...ratios.map(({ heading }) => heading),
  ];
  const rows = own.map((summary) => [
    ...(hasVariants ? [summary.variant] : []),
    summary.system,
    ...section.columns.map((column) => formatSpread(summary.values[column.value], column)),
    ...ratios.map(({ ratio }) => ratio(summary)),
  ]);
  return markdownTable(headings, rows);
}

interface RatioColumn {
  readonly heading: string;
  ratio(summary: Summary): string;
}

function ratioColumns(
  { compared, against }: Section,
  summaries: readonly Summary[],
  floor: string,
): RatioColumn[] {
  if (!compared) return [];
  const { value, moreIsBetter } = compared;
  const column = (heading: string, baseOf: BaseOf): RatioColumn => ({
    heading,
    ratio: (summary) => ratioTo(summaries, summary, baseOf(summary), value),
  });
  const columns = [
    column('of the floor', ({ variant }) => ({ variant, system: floor })),
    column(`of ${millrace}`, ({ variant }) => ({ variant, system: millrace })),
  ];
  if (against !== undefined)
    columns.push(column(`of "${against}"`, ({ system }) => ({ variant: against, system })));
  if (moreIsBetter) return columns;
  return columns.map(({ heading, ratio }) => ({ heading: `${heading} (less is better)`, ratio }));
}

type BaseOf = (summary: Summary) => { readonly variant: string; readonly system: string };

function ratioTo(
  summaries: readonly Summary[],
  { workload, values }: Summary,
  base: ReturnType<BaseOf>,
  value: string,
): string {
  const there = medianOf(summaries, { workload, ...base, value });
  const here = values[value]?.median;
  return there === undefined || here === undefined ? '' : times(here / there);
}
