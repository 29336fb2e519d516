// How a function becomes one small file that starts fast and still shows readable stack traces.
import { join, resolve } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** The checkout, wherever it is. */
export const projectRoot = resolve(import.meta.dirname, '../..');

/** The TypeScript file of one of our functions. */
export const functionEntry = (name: string): string => join(projectRoot, 'functions', `${name}.ts`);

export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  sourceMap: true,
  // A stack trace needs the names of files and lines only. The sources in the map would make upload and cold start larger.
  sourcesContent: false,
  // Some packages publish a CommonJS file as "main", which an ESM bundle could not load.
  mainFields: ['module', 'main'],
  // The runtime has the SDK; a bundled client alone would be larger than everything else.
  externalModules: ['@aws-sdk/*'],
  // Licenses go into a file of their own beside the bundle.
  esbuildArgs: { '--legal-comments': 'linked' },
  logLevel: LogLevel.WARNING,
};
