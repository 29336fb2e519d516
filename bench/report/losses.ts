import type { Results } from '../results.ts';
import { times } from './format.ts';
import { millrace } from './section-table.ts';
import { sections } from './sections.ts';
import { medianOf, type Summary } from './summary.ts';

/** One line for each measurement in which a peer did better than Millrace over TCP. */
export function losses(summaries: readonly Summary[], results: Results): string[] {
  const peers = new Set(
    results.systems.filter(({ family }) => family === 'peer').map(({ name }) => name),
  );
  return sections.flatMap(({ workload, title, compared }) => {
    if (!compared) return [];
    const { value, moreIsBetter } = compared;
    const measured = summaries.filter(
      (each) => each.workload === workload && peers.has(each.system),
    );
    return measured.flatMap(({ system, variant, values }) => {
      const own = medianOf(summaries, { workload, variant, system: millrace, value });
      const theirs = values[value]?.median;
      if (own === undefined || theirs === undefined) return [];
      const lead = moreIsBetter ? theirs / own : own / theirs;
      const scene = variant === '' ? title : `${title}, ${variant}`;
      return lead > 1 ? [`${scene}: ${system} does ${times(lead)} as well`] : [];
    });
  });
}
