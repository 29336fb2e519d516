// Where and with what a run was made: numbers without it mean nothing.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { type Server, serverSettings } from './server.ts';
import { versionOf } from './systems/version-of.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly packages: readonly string[];
  readonly commit: string;
  readonly serverSettings: Readonly<Record<string, string>>;
}

export async function describeMachine({ admin }: Server): Promise<Machine> {
  const { rows } = await admin.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    postgres: rows[0]?.version ?? 'unknown',
    packages: ['pg', 'pg-boss', 'graphile-worker'].map(versionOf),
    commit: commit(),
    serverSettings,
  };
}

function commit(): string {
  try {
    const inHere = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], inHere).trim();
  } catch {
    // A checkout from an archive has no history.
    return 'unknown';
  }
}
