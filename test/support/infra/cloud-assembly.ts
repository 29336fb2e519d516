// What `npx cdk synth` leaves behind, made by the command itself, as a person without credentials would run it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, inject, vi } from 'vitest';
import { lockFolder } from '#local/postgres/folder-lock.ts';
import type { FunctionProperties } from '#test/support/runtime/deployed-function.ts';
import { testedDriver } from '#test/support/tested-driver.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: FunctionProperties }>
  >;
}

export interface CloudAssembly {
  /** The folder that becomes the code of a function, found as the deployment finds it: by the template. */
  folderOf(functionPath: string): string;
  /** Its logical id, and what the template says of it. */
  functionAt(functionPath: string): {
    readonly name: string;
    readonly properties: FunctionProperties;
  };
}

/** The assembly of an unchanged cdk.json, made by the first file of a run that asks for it. */
export async function sharedAssembly(): Promise<CloudAssembly> {
  const folder = inject('assemblyFolder');
  const isMade = () => existsSync(join(folder, 'cdk.out', 'manifest.json'));
  // On a busy machine a synthesis takes most of a minute.
  const lock = await vi.waitUntil(() => lockFolder(folder), { timeout: 110_000, interval: 50 });
  try {
    if (!isMade()) await synthesize(join(folder, 'cdk.out'));
  } finally {
    lock.release();
  }
  return readAssembly(join(folder, 'cdk.out'));
}

// A hook that is registered while another one runs is never called, so this one stands here.
const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

/**
 * The assembly with keys of cdk.json's context set, as `--context` sets them. Without the CDK's own validation of the
 * template, which takes longer than all the rest. Removed after the file's last test.
 */
export async function assemblyWith(
  context: Readonly<Record<string, string>>,
): Promise<CloudAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-assembly-'));
  made.push(folder);
  const keys = Object.entries(context).map(([key, value]) => `${key}=${value}`);
  await synthesize(folder, '--no-validation', ...keys.flatMap((key) => ['--context', key]));
  return readAssembly(folder);
}

const driver = testedDriver === 'pg' ? ['--context', 'driver=pg'] : [];

/** Fails when the validation or a rule finds anything. */
async function synthesize(folder: string, ...flags: string[]): Promise<void> {
  const { PATH = '' } = process.env;
  await promisify(execFile)(
    process.execPath,
    [
      'node_modules/aws-cdk/bin/cdk',
      ...['synth', '--quiet', '--output', folder],
      ...driver,
      ...flags,
    ],
    // Nothing else of the environment: no credentials, no region, no settings of the person who runs the tests.
    { env: { HOME: tmpdir(), PATH: dirname(process.execPath) + delimiter + PATH } },
  );
}

/** What a synthesis has left in the folder. */
export async function readAssembly(folder: string): Promise<CloudAssembly> {
  const template: Template = JSON.parse(
    await readFile(join(folder, 'Millrace.template.json'), 'utf8'),
  );
  const functionAt: CloudAssembly['functionAt'] = (functionPath) => {
    const [found] = Object.entries(template.Resources).filter(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(functionPath),
    );
    if (!found) throw new Error(`The template has no function at ${functionPath}`);
    return { name: found[0], properties: found[1].Properties };
  };
  return {
    functionAt,
    folderOf(functionPath) {
      const { Code } = functionAt(functionPath).properties;
      return join(folder, `asset.${Code.S3Key.replace(/\.zip$/, '')}`);
    },
  };
}
