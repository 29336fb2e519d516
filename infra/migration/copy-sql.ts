// The migration function reads its SQL from files, so they lie beside its bundle in the folders of the checkout.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import { projectRoot } from '#infra/function/bundling.ts';

const folders = ['migrations/tables', 'migrations/routines', 'handlers/tables'];

export const copySql: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (inputDir, outputDir) =>
    folders
      // An application need not have tables of its own.
      .filter((folder) => existsSync(join(projectRoot, folder)))
      .flatMap((folder) => [
        `mkdir -p "${outputDir}/${folder}"`,
        `cp -R "${inputDir}/${folder}/." "${outputDir}/${folder}"`,
      ]),
};
