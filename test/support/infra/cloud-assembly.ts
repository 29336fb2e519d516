// What `npx cdk synth` leaves behind, made by the command itself, as a person without credentials would run it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { Code?: { S3Key: string } } }>
  >;
}

export interface CloudAssembly {
  /** The folder that becomes the code of a function, found as the deployment finds it: by the template. */
  folderOf(functionPath: string): string;
}

/** Fails when the validation or a rule finds anything. Removed after the file's last test. */
export async function synthesizeAssembly(): Promise<CloudAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-assembly-'));
  afterAll(() => rm(folder, { recursive: true }));
  const { PATH = '' } = process.env;
  await promisify(execFile)(
    process.execPath,
    ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', folder],
    // Nothing else of the environment: no credentials, no region, no settings of the person who runs the tests.
    { env: { HOME: folder, PATH: dirname(process.execPath) + delimiter + PATH } },
  );
  const template: Template = JSON.parse(
    await readFile(join(folder, 'Millrace.template.json'), 'utf8'),
  );
  return {
    folderOf(functionPath) {
      const [found] = Object.entries(template.Resources).filter(
        ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(functionPath),
      );
      const key = found?.[1].Properties.Code?.S3Key;
      if (!key) throw new Error(`The template has no function at ${functionPath}`);
      return join(folder, `asset.${key.replace(/\.zip$/, '')}`);
    },
  };
}
