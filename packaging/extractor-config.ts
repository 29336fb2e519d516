// How API Extractor is told to look at an entry of the package. Its own TypeScript reads what ours has written.
import { join } from 'node:path';
import { ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

interface Folders {
  readonly packageFolder: string;
  /** Where it writes ENTRY.api.md and ENTRY.api.json. */
  readonly written: string;
}

const compilerOptions = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

const told = { default: { logLevel: ExtractorLogLevel.Warning } };
/** Everything that is exported is public. */
const untagged = { 'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None } };

export function extractorConfig(entry: string, { packageFolder, written }: Folders) {
  const entryFile = join(packageFolder, 'dist/exports', `${entry}.d.ts`);
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: entryFile,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [entryFile] } },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: written,
        reportTempFolder: join(written, 'temporary'),
      },
      docModel: { enabled: true, apiJsonFilePath: join(written, `${entry}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: told,
        extractorMessageReporting: { ...told, ...untagged },
        tsdocMessageReporting: told,
      },
    },
  });
}
