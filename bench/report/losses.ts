// Where a peer did better than Millrace over TCP, in whichever run it did best.

import { type Evidence, ratios, systemsOf } from './evidence.ts';
import { times } from './format.ts';
import type { Section } from './section.ts';
import { millrace } from './section-table.ts';
import { sections } from './sections.ts';
import type { Summary } from './summary.ts';

/** One line for each measurement in which a peer was ahead in any run. */
export function losses(evidence: Evidence): string[] {
  const peers = systemsOf(evidence).filter(({ family }) => family === 'peer');
  const isPeer = ({ system }: Summary) => peers.some(({ name }) => name === system);
  return sections.flatMap((section) =>
    evidence.merged
      .filter(({ workload }) => workload === section.workload)
      .filter(isPeer)
      .flatMap((summary) => lossAgainst(summary, section, evidence)),
  );
}

function lossAgainst(
  { workload, variant, system }: Summary,
  { title, compared }: Section,
  evidence: Evidence,
): string[] {
  if (!compared) return [];
  const at = (name: string) => ({ workload, variant, system: name, value: compared.value });
  const [theirs, own] = [at(system), at(millrace)];
  const leads = compared.moreIsBetter
    ? ratios(evidence, theirs, own)
    : ratios(evidence, own, theirs);
  const ahead = leads.filter((lead) => lead > 1);
  if (ahead.length === 0) return [];
  const scene = variant === '' ? title : `${title}, ${variant}`;
  const lost = `${scene}: ${system} does ${times(Math.max(...ahead))} as well`;
  if (leads.length === 1) return [lost];
  return [`${lost} in the worst run, and is ahead in ${ahead.length} of ${leads.length}`];
}
