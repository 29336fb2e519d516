// Whether what Millrace has promised itself was kept, judged by the run that speaks most against it.

import type { Evidence } from './evidence.ts';
import { markdownTable, roughly } from './format.ts';
import { medianOf } from './summary.ts';
import type { Read, Target } from './target.ts';
import { targets } from './targets.ts';

export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly worst: number;
  readonly best: number;
  /** How many runs have measured it. */
  readonly runs: number;
  readonly isMet: boolean;
}

/** Of the targets that at least one run has measured. */
export function verdicts(evidence: Evidence): Verdict[] {
  return targets.flatMap((target) => verdictOn(target, evidence));
}

function verdictOn(
  { what, bound, atMost = false, reached }: Target,
  { each }: Evidence,
): Verdict[] {
  const found = each.flatMap((summaries) => {
    const read: Read = (workload, system, value = 'messagesPerSecond', variant = '') =>
      medianOf(summaries, { workload, variant, system, value });
    return reached(read) ?? [];
  });
  if (found.length === 0) return [];
  const [least, most] = [Math.min(...found), Math.max(...found)];
  const [worst, best] = atMost ? [most, least] : [least, most];
  const isMet = atMost ? worst <= bound : worst >= bound;
  const target = `${atMost ? 'at most' : 'at least'} ${bound.toLocaleString('en-US')}`;
  return [{ what, target, worst, best, runs: found.length, isMet }];
}

export function verdictTable(evidence: Evidence): string {
  const verdict = ({ isMet }: Verdict) => (isMet ? 'yes' : '**no**');
  const all = verdicts(evidence);
  if (evidence.runs.length === 1)
    return markdownTable(
      ['Millrace', 'target', 'reached', 'met'],
      all.map((each) => [each.what, each.target, roughly(each.worst), verdict(each)]),
    );
  return markdownTable(
    ['Millrace', 'target', 'worst run', 'best run', 'runs', 'met'],
    all.map((each) => [
      each.what,
      each.target,
      roughly(each.worst),
      roughly(each.best),
      String(each.runs),
      verdict(each),
    ]),
  );
}
