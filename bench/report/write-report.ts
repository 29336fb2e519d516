// The report of a run: tables for the terminal, and the page with its charts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../results.ts';
import { type Chart, charts } from './charts.ts';
import { grouped, markdownTable } from './format.ts';
import { losses } from './losses.ts';
import type { Section } from './section.ts';
import { sectionTable } from './section-table.ts';
import { sections } from './sections.ts';
import { type Summary, summarise } from './summary.ts';
import { toSvg } from './svg.ts';
import { verdicts } from './targets.ts';

const results = join(import.meta.dirname, '..', 'results');
const docs = join(import.meta.dirname, '..', '..', 'docs');

/** Writes performance.md and performance/*.svg, into docs/ when published; answers what to print. */
export async function writeReport(run: Results, publish: boolean): Promise<string> {
  const summaries = summarise(run.entries);
  const folder = publish ? docs : results;
  await mkdir(join(folder, 'performance'), { recursive: true });
  const drawn = charts(summaries, run);
  for (const { name, specification } of drawn)
    await writeFile(join(folder, 'performance', `${name}.svg`), await toSvg(specification));
  const page = join(folder, 'performance.md');
  await writeFile(page, await pageOf(run, summaries, drawn));
  return `\n${comparison(run, summaries)}\n\nThe whole report: ${page}`;
}

function comparison(run: Results, summaries: readonly Summary[]): string {
  const tables = sections.flatMap((section) => {
    const table = sectionTable(section, summaries, run);
    return table === undefined ? [] : [`${section.title}\n${table}`];
  });
  return [...tables, `Targets\n${targetTable(summaries)}`].join('\n\n');
}

function targetTable(summaries: readonly Summary[]): string {
  const rows = verdicts(summaries)
    .filter(({ reached }) => reached !== undefined)
    .map(({ what, target, reached = 0, isMet }) => [
      what,
      target,
      grouped(reached, reached < 100 ? 2 : 0),
      isMet ? 'yes' : '**no**',
    ]);
  return markdownTable(['Millrace', 'target', 'reached', 'met'], rows);
}

async function pageOf(run: Results, summaries: readonly Summary[], drawn: readonly Chart[]) {
  const parts = [
    '# Performance',
    introduction(run),
    `## Targets\n\n${targetTable(summaries)}`,
    whereItLoses(run, summaries),
    ...sections.flatMap((section) => sectionPart(section, run, summaries, drawn) ?? []),
    (await readFile(join(import.meta.dirname, 'method.md'), 'utf8')).trim(),
    settings(run),
  ];
  return `${parts.join('\n\n')}\n`;
}

function introduction({ startedAt, minutes, machine, rounds, scale, long }: Results): string {
  const { processor, cores, memoryGb, system, node, postgres, packages, commit } = machine;
  return [
    `Made by \`cd bench && npm ci && npm run bench -- ${long ? '--long ' : ''}--publish\`; nothing here was written by hand.`,
    '',
    `- Run: ${startedAt.slice(0, 10)}, ${grouped(minutes, 1)} minutes, ${rounds} rounds, scale ${scale}, commit ${commit}`,
    `- Machine: ${processor}, ${cores} cores, ${memoryGb} GB, ${system}; server and clients share it`,
    `- Versions: PostgreSQL ${postgres}, Node ${node}, ${packages.join(', ')}`,
  ].join('\n');
}

function whereItLoses(run: Results, summaries: readonly Summary[]): string {
  const lines = losses(summaries, run).map((loss) => `- ${loss}`);
  const text = lines.length > 0 ? lines.join('\n') : 'Nowhere in this run.';
  return `## Where Millrace loses\n\nAgainst Millrace over TCP, by medians:\n\n${text}`;
}

function sectionPart(
  section: Section,
  run: Results,
  summaries: readonly Summary[],
  drawn: readonly Chart[],
): string | undefined {
  const table = sectionTable(section, summaries, run);
  if (table === undefined) return undefined;
  const chart = drawn.find(({ name }) => name === section.workload.replaceAll(' ', '-'));
  const image = chart ? [`![${chart.alternative}](performance/${chart.name}.svg)`] : [];
  return [`## ${section.title}`, section.about, ...image, table].join('\n\n');
}

function settings({ systems, machine }: Results): string {
  const rows = systems.map(({ name, settings, history }) => [name, settings, history]);
  const server = Object.entries(machine.serverSettings).map(
    ([name, value]) => `${name} = ${value}`,
  );
  return [
    '## Settings',
    markdownTable(['system', 'settings', 'history'], rows),
    `The server's, where they are not the default: \`${server.join('`, `')}\`.`,
  ].join('\n\n');
}
