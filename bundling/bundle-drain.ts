// A registry together with the drain that runs its handlers, for a process that drains by itself: with two copies of Millrace the
// errors of one's reject() and snooze() would be any error to the other.
import { extname, join } from 'node:path';
import type { Application } from './application.ts';
import { bundle } from './bundle.ts';
import { requireOneCopy } from './bundle-function.ts';

/** Writes `index.mjs` into the folder, which exports `registry` and `drain`. Throws as bundleFunction() does. */
export function bundleDrain(application: Application, folder: string): void {
  const own = join(import.meta.dirname, '../queue/drain', `drain${extname(import.meta.filename)}`);
  const entry = `export { registry } from ${JSON.stringify(application.registry)};
export { drain } from ${JSON.stringify(own)};
`;
  requireOneCopy(bundle(entry, { name: 'drain', application, folder }));
}
