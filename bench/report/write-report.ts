// The report of one run or several: tables for the terminal, and the page with its charts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../results.ts';
import { charts } from './charts.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { pageOf } from './page.ts';
import { pageRuns, requirePublishable } from './page-runs.ts';
import { sectionTable } from './section-table.ts';
import { sections } from './sections.ts';
import { toSvg } from './svg.ts';
import { verdictTable } from './verdicts.ts';

const results = join(import.meta.dirname, '..', 'results');
const docs = join(import.meta.dirname, '..', '..', 'docs');

/**
 * Writes performance.md and performance/*.svg, into docs/ when published; answers what to print. Throws a TypeError with a
 * sentence when the runs make no page.
 */
export async function writeReport(runs: readonly Results[], publish: boolean): Promise<string> {
  const chosen = pageRuns(runs);
  if (publish) requirePublishable(chosen);
  const { main, otherVersions } = chosen;
  const evidence = evidenceOf(main);
  const folder = publish ? docs : results;
  await mkdir(join(folder, 'performance'), { recursive: true });
  const drawn = charts(evidence);
  for (const { name, specification } of drawn)
    await writeFile(join(folder, 'performance', `${name}.svg`), await toSvg(specification));
  const method = await readFile(join(import.meta.dirname, 'method.md'), 'utf8');
  const page = join(folder, 'performance.md');
  await writeFile(page, pageOf({ evidence, otherVersions, drawn, method }));
  return `\n${comparison(evidence)}\n\nThe whole report: ${page}`;
}

function comparison(evidence: Evidence): string {
  const tables = sections.flatMap((section) => {
    const table = sectionTable(section, evidence);
    return table === undefined ? [] : [`${section.title}\n${table}`];
  });
  return [...tables, `Targets\n${verdictTable(evidence)}`].join('\n\n');
}
