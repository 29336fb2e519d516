// The three functions as `cdk synth` leaves them.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../test/support/project-root.ts';
import type { DeployedFunction } from '../test/support/runtime/deployed-function.ts';

/** By the beginnings of their ids in the template. */
const paths = {
  http: 'MillraceHttpHandler',
  consumer: 'MillraceConsumerHandler',
  migrate: 'MillraceMigrationsFunctionHandler',
};

export type FunctionName = keyof typeof paths;

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: DeployedFunction['properties'] }>
  >;
}

/** Synthesizes into the folder, which is the caller's to remove. */
export async function deployedBundles(
  folder: string,
): Promise<Record<FunctionName, DeployedFunction>> {
  const { PATH = '' } = process.env;
  await promisify(execFile)(
    process.execPath,
    ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-validation', '--output', folder],
    { cwd: projectRoot, env: { HOME: folder, PATH: dirname(process.execPath) + delimiter + PATH } },
  );
  const template: Template = JSON.parse(
    await readFile(join(folder, 'Millrace.template.json'), 'utf8'),
  );
  const at = (name: FunctionName): DeployedFunction => {
    const [id, resource] =
      Object.entries(template.Resources).find(
        ([key, { Type }]) => Type === 'AWS::Lambda::Function' && key.startsWith(paths[name]),
      ) ?? [];
    if (!id || !resource) throw new Error(`The template has no function ${name}`);
    const { Properties: properties } = resource;
    const asset = `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`;
    return { name: id, properties, folder: join(folder, asset) };
  };
  return { http: at('http'), consumer: at('consumer'), migrate: at('migrate') };
}
