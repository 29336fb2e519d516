// What `init` writes where: only what is missing, and nothing that would make two of what the application has already.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './surroundings.ts';
import {
  cdkFiles,
  gitignoreFile,
  manifestFile,
  type PlannedFile,
  queueFiles,
  queueStackFile,
  registryFile,
  tsconfigFile,
} from './template.ts';

export interface Plan {
  /** In the order in which they are written. */
  readonly missing: readonly PlannedFile[];
  /** The paths of those that are there already. */
  readonly kept: readonly string[];
}

/**
 * The registry comes last: where there is one, an earlier run has written everything, or the application has its own queues
 * and needs no example.
 */
export function plan(around: Surroundings): Plan {
  const isNew = around.registry === undefined;
  const wanted = [
    manifestFile(around),
    tsconfigFile(),
    ...(around.ignored === undefined ? [gitignoreFile()] : []),
    ...(isNew ? queueFiles(around) : []),
    ...cdkPart(around, isNew),
    registryFile(around),
  ];
  const isThere = ({ path }: PlannedFile) => existsSync(join(around.folder, path));
  const missing = wanted.filter((file) => !isThere(file));
  const known = [
    ...wanted,
    gitignoreFile(),
    ...queueFiles(around),
    ...cdkFiles(around),
    queueStackFile(around),
  ];
  const kept = known.filter(isThere).map(({ path }) => path);
  return { missing, kept: [...new Set(kept)] };
}

function cdkPart(around: Surroundings, isNew: boolean): PlannedFile[] {
  if (around.cdkApp === undefined) return cdkFiles(around);
  return isNew && !isOurs(around.cdkApp) ? [queueStackFile(around)] : [];
}

/** The command that init itself writes into cdk.json. */
const isOurs = (cdkApp: string): boolean => /^node infra\/app\.m?ts$/.test(cdkApp);
