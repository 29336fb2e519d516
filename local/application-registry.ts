// The application's registry as plain values, for what this machine tells about it. The functions have it in their own bundles.
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Application } from '#bundling/application.ts';
import { bundleRegistry } from '#bundling/bundle-registry.ts';
import type { Registry } from '#queue/declare/registry.ts';

/**
 * Throws a sentence with the file's name when it cannot be bundled, fails while it is loaded, or exports something else. The
 * folder is where the bundle is written.
 */
export async function loadRegistry(application: Application, folder: string): Promise<Registry> {
  const bundle = resolve(folder, 'registry');
  bundleRegistry(application, bundle);
  return (await importBundle<{ readonly registry: Registry }>(application, bundle)).registry;
}

/** What a bundle exports: the application's registry, and whatever was bundled with it. Throws as loadRegistry does. */
export async function importBundle<Exports extends { readonly registry: Registry }>(
  application: Application,
  bundle: string,
): Promise<Exports> {
  const file = shown(application.registry);
  const loaded = await importOf(join(bundle, 'index.mjs')).catch((cause) => {
    throw new Error(`Cannot load ${file}: ${reasonOf(cause)}`, { cause });
  });
  if (!(loaded.registry?.messageTypes instanceof Map))
    throw new Error(`The registry that ${file} exports is not what defineRegistry makes`);
  return loaded;
}

const importOf = (file: string) => import(pathToFileURL(file).href);

/** The error's own words, and the place in the application where it was thrown, but no stack of ours. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = placesIn(error.stack ?? '').find(isOfApplication);
  return place === undefined ? error.message : `${error.message} (${shown(place)})`;
}

const shown = (path: string) => relative(process.cwd(), path);

/** Such as /app/queue/receipts.ts:7:23. */
function placesIn(stack: string): string[] {
  const found = stack.matchAll(/(file:\/\/)?(\/[^\s()]+:\d+:\d+)\)?$/gm);
  return Array.from(found, ([, scheme, path = '']) =>
    scheme === undefined ? path : fileURLToPath(`file://${path}`),
  );
}

const own = resolve(import.meta.dirname, '../queue');

const isOfApplication = (place: string): boolean =>
  !/\/node_modules\/|\.mjs:/.test(place) && !place.startsWith(own);
