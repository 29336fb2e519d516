// The page: what was promised and what became of it, where peers are ahead, and every measurement.
import type { LeftOut, Results } from '../results.ts';
import { type Evidence, evidenceOf, systemsOf } from './evidence.ts';
import { grouped, markdownTable } from './format.ts';
import { losses } from './losses.ts';
import { majorOf } from './page-runs.ts';
import type { Section } from './section.ts';
import { sectionTable } from './section-table.ts';
import { sections } from './sections.ts';
import { verdictTable } from './verdicts.ts';

/** A chart whose file lies in performance/ beside the page. */
export interface Drawn {
  readonly name: string;
  readonly alternative: string;
}

export interface PageParts {
  readonly evidence: Evidence;
  readonly otherVersions: readonly Results[];
  readonly drawn: readonly Drawn[];
  /** How it was measured, in Markdown. */
  readonly method: string;
}

export function pageOf({ evidence, otherVersions, drawn, method }: PageParts): string {
  const parts = [
    '# Performance',
    introduction(evidence),
    `## Targets\n\n${verdictTable(evidence)}`,
    whereItLoses(evidence),
    ...sections.flatMap((section) => sectionPart(section, evidence, drawn)),
    ...versionsPart(otherVersions),
    method.trim(),
    settings(evidence),
  ];
  return `${parts.join('\n\n')}\n`;
}

function introduction({ runs }: Evidence): string {
  const [first] = runs;
  if (!first) throw new Error('a page is made of at least one run');
  const { cores, memoryGb, system, node, postgres, packages } = first.machine;
  const rows = runs.map((run, n) => [
    `run ${n + 1}`,
    run.startedAt.slice(0, 16).replace('T', ' '),
    grouped(run.minutes, 1),
    String(run.rounds),
    run.long ? 'yes' : 'no',
    run.machine.commit,
    run.machine.processor,
  ]);
  return [
    `Made by \`cd bench && npm ci && npm run bench -- --publish --from …\` of ${runs.length === 1 ? 'one run' : `${runs.length} runs`} of \`npm run bench\`; nothing here was written by hand. Speeds are medians with their range over the runs. A ratio is always within one run, and what is claimed is what the worst run shows.`,
    markdownTable(
      ['', 'began (UTC)', 'minutes', 'rounds', '`--long`', 'commit', 'processor'],
      rows,
    ),
    `- Machine: ${cores} cores, ${memoryGb} GB, ${system}; server and clients share it\n- Versions: PostgreSQL ${postgres}, Node ${node}, ${packages.join(', ')}\n- Scale ${first.scale}: numbers of messages named below are multiplied by it`,
  ].join('\n\n');
}

function whereItLoses(evidence: Evidence): string {
  const lines = losses(evidence).map((loss) => `- ${loss}`);
  const nowhere = evidence.runs.length > 1 ? 'Nowhere in any run.' : 'Nowhere in this run.';
  const text = lines.length > 0 ? lines.join('\n') : nowhere;
  return `## Where Millrace loses\n\nAgainst Millrace over TCP, by medians of a run:\n\n${text}`;
}

function sectionPart(section: Section, evidence: Evidence, drawn: readonly Drawn[]): string[] {
  const { workload, title, about } = section;
  const table = sectionTable(section, evidence);
  const missing = leftOutOf(workload, evidence);
  if (table === undefined && missing.length === 0) return [];
  const chart = drawn.find(({ name }) => name === workload.replaceAll(' ', '-'));
  return [
    [
      `## ${title}`,
      `${about}${table === undefined ? '' : measuredBy(workload, evidence)}`,
      ...missing.map(({ why }) => `Left out: ${why}.`),
      ...(chart ? [`![${chart.alternative}](performance/${chart.name}.svg)`] : []),
      ...(table === undefined ? [] : [table]),
    ].join('\n\n'),
  ];
}

const leftOutOf = (workload: string, { runs }: Evidence): LeftOut[] => {
  const all = runs.flatMap(({ leftOut }) => leftOut).filter((each) => each.workload === workload);
  return [...new Map(all.map((each) => [each.why, each])).values()];
};

/** Nothing where all have it; a page of three runs claims more by what all three have seen. */
function measuredBy(workload: string, { each }: Evidence): string {
  const having = each.filter((summaries) => summaries.some((one) => one.workload === workload));
  if (having.length === each.length) return '';
  return ` Measured by ${having.length} of the ${each.length} runs.`;
}

function versionsPart(runs: readonly Results[]): string[] {
  const drain = sections.find(({ workload }) => workload === 'drain');
  if (!drain || runs.length === 0) return [];
  const parts = [...Map.groupBy(runs, majorOf).values()].flatMap((ofVersion) => {
    const [first] = ofVersion;
    const table = sectionTable(drain, evidenceOf(ofVersion));
    if (!first || table === undefined) return [];
    return [`### PostgreSQL ${first.machine.postgres}\n\n${runsText(ofVersion)}\n\n${table}`];
  });
  const about = 'The drain once more, each version in runs of its own.';
  return [[`## Other versions of Postgres`, about, ...parts].join('\n\n')];
}

const runsText = (runs: readonly Results[]): string =>
  runs
    .map(({ startedAt, machine }) => `Run of ${startedAt.slice(0, 10)}, commit ${machine.commit}.`)
    .join(' ');

function settings(evidence: Evidence): string {
  const rows = systemsOf(evidence).map(({ name, settings, history }) => [name, settings, history]);
  const server = Object.entries(evidence.runs[0]?.machine.serverSettings ?? {});
  const written = server.map(([name, value]) => `\`${name} = ${value}\``);
  return [
    '## Settings',
    markdownTable(['system', 'settings', 'history'], rows),
    `The server's, where they are not the default: ${written.join(', ')}.`,
  ].join('\n\n');
}
