// The registry alone, for what wants to look at it before anything runs.
import type { Metafile } from 'esbuild';
import type { Application } from './application.ts';
import { bundle } from './bundle.ts';

/** Writes `index.mjs` into the folder, which exports `registry`; answers what is in it. Throws as bundle() does. */
export function bundleRegistry(application: Application, folder: string): Metafile {
  const entry = `export { registry } from ${JSON.stringify(application.registry)};\n`;
  return bundle(entry, { name: 'registry', application, folder });
}
