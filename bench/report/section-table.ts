import { type Evidence, ratios, systemsOf } from './evidence.ts';
import { formatSpread, markdownTable, timesRange } from './format.ts';
import type { Section } from './section.ts';
import type { Summary } from './summary.ts';

/** Where Millrace stands for all its ways to the database: the one that peers have, too. */
export const millrace = 'Millrace over TCP';

/** The table of one section; undefined when its workload was not run. */
export function sectionTable(section: Section, evidence: Evidence): string | undefined {
  const own = evidence.merged.filter(({ workload }) => workload === section.workload);
  if (own.length === 0) return undefined;
  const hasVariants = own.some(({ variant }) => variant !== '');
  const compared = ratioColumns(section, evidence).filter(({ ratio }) =>
    own.some((summary) => ratio(summary) !== ''),
  );
  const columns = section.columns.filter(({ value }) =>
    own.some(({ values }) => values[value] !== undefined),
  );
  const headings = [
    ...(hasVariants ? [''] : []),
    'system',
    ...columns.map(({ heading }) => heading),
    ...compared.map(({ heading }) => heading),
  ];
  const rows = own.map((summary) => [
    ...(hasVariants ? [summary.variant] : []),
    summary.system,
    ...columns.map((column) => formatSpread(summary.values[column.value], column)),
    ...compared.map(({ ratio }) => ratio(summary)),
  ]);
  return markdownTable(headings, rows);
}

interface RatioColumn {
  readonly heading: string;
  ratio(summary: Summary): string;
}

type BaseOf = (summary: Summary) => { readonly variant: string; readonly system: string };

function ratioColumns({ compared, against }: Section, evidence: Evidence): RatioColumn[] {
  if (!compared) return [];
  const { value, moreIsBetter } = compared;
  const floor = systemsOf(evidence).find(({ family }) => family === 'floor')?.name ?? '';
  const column = (heading: string, baseOf: BaseOf): RatioColumn => ({
    heading: moreIsBetter ? heading : `${heading} (less is better)`,
    ratio: (summary) => {
      const { workload, variant, system } = summary;
      const here = { workload, variant, system, value };
      return timesRange(ratios(evidence, here, { workload, ...baseOf(summary), value }));
    },
  });
  return [
    column('of the floor', ({ variant }) => ({ variant, system: floor })),
    column(`of ${millrace}`, ({ variant }) => ({ variant, system: millrace })),
    ...(against === undefined
      ? []
      : [column(`of "${against}"`, ({ system }) => ({ variant: against, system }))]),
  ];
}
