// What is left to a person after `init`: what it does not touch because it is theirs, and which commands come next.
import { dirname, relative } from 'node:path';
import { words } from '#local/project/package-manager.ts';
import type { Surroundings } from './surroundings.ts';
import { ignoredFolders, packages } from './template.ts';

/** Empty when there is nothing to say. */
export function yourPart(around: Surroundings, created: readonly string[]): string[] {
  const parts = [];
  const ignored = (around.ignored ?? ignoredFolders.join('\n')).split(/\s+/);
  const open = ignoredFolders.filter((name) => !isIgnored(ignored, name));
  if (open.length > 0) parts.push(`Add to your .gitignore:\n${indented(open)}`);
  if (created.includes('infra/queue-stack.ts')) parts.push(twoLines(around));
  return parts;
}

/** As folder/, folder, /folder and /folder/, which are the same to git here. */
const isIgnored = (ignored: readonly string[], name: string): boolean =>
  ignored.some((line) => line.replaceAll('/', '') === name.replaceAll('/', ''));

function twoLines({ cdkApp = '', importEnding }: Surroundings): string {
  const app = /[\w./-]+\.[cm]?[jt]s\b/.exec(cdkApp)?.[0];
  const way = relative(dirname(app ?? 'app.ts'), 'infra/queue-stack');
  const path = way.startsWith('.') ? way : `./${way}`;
  const lines = [`import { addQueueStack } from '${path}${importEnding}';`, 'addQueueStack(app);'];
  return `Add to ${app ? `your CDK app, ${app}` : 'the file of your CDK app'}, where "app" is its App:\n${indented(lines)}`;
}

/** Three of them, in the package manager's own words: what has to be installed comes first. */
export function nextCommands(around: Surroundings): string[] {
  const { run } = words[around.manager];
  const all = [
    ...installation(around),
    `${run} vitest run ${around.queueFolder}`,
    `${run} millrace start`,
    `${run} cdk deploy`,
  ];
  return all.slice(0, 3);
}

function installation(around: Surroundings): string[] {
  const { manager, isWorkspaceRoot, hasManifest } = around;
  if (!hasManifest) return [words[manager].install];
  const here = isWorkspaceRoot && manager === 'pnpm' ? ' --workspace-root' : '';
  const { add, addForDevelopment } = words[manager];
  const commands = [
    [add, missing(around, packages.needed)],
    [addForDevelopment, missing(around, packages.forDevelopment)],
  ] as const;
  const needed = commands.filter(([, names]) => names.length > 0);
  if (needed.length === 0) return [];
  return [needed.map(([command, names]) => `${command}${here} ${names.join(' ')}`).join(' && ')];
}

function missing({ manifests }: Surroundings, names: readonly string[]): string[] {
  const has = (name: string) =>
    manifests.some(({ dependencies, devDependencies }) =>
      [dependencies, devDependencies].some((listed) => listed && Object.hasOwn(listed, name)),
    );
  return names.filter((name) => !has(name));
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');
