// Messages outlive the code that enqueued them: a delayed message, a retry or a redriven dead letter may be older
// than the last deployment. Its payload is brought, one version at a time, to the form that the code knows now, so
// that handlers and schemas know the newest form only.

import { UpcastFailed, VersionUnknown } from '#queue/errors.ts';
import { misuse } from '#queue/misuse.ts';
import { parseJson } from '#queue/parse-json.ts';
import { isInRange, requireInRange } from './in-range.ts';
import { mostVersion } from './message-limits.ts';

/**
 * Takes a payload of one version and gives that of the next. It must depend on the payload alone: it runs again at
 * every attempt, and whenever an error is redacted.
 */
export type Upcaster = (older: unknown) => unknown;

/** Upcasters by the version that they take: `{ 1: (v1) => v2 }`. */
export type Upcasters = Readonly<Record<number, Upcaster>>;

/** What upcasting needs to know of a message type. */
export interface Versioned {
  readonly name: string;
  readonly version: number;
  readonly upcasters: Upcasters;
}

/** The payload in its newest form, or why it could not be made. */
export type Upcasted =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: VersionUnknown | UpcastFailed };

/** Brings a payload of the given version to the type's own. The given payload is not changed. */
export function upcast(type: Versioned, payload: unknown, version: number): Upcasted {
  if (!isInRange(version, { from: 1, to: type.version }))
    return { ok: false, error: new VersionUnknown(type, version) };
  let from = version;
  // An upcaster is the user's code. What it throws is an answer, as a payload that does not fit is, and no fault of
  // ours.
  try {
    // A copy as the database would give it back: an upcaster may change what it gets, and the caller may be about to
    // store the payload that it holds.
    let upcasted: unknown = parseJson(JSON.stringify(payload ?? null));
    for (; from < type.version; from += 1) upcasted = type.upcasters[from]?.(upcasted);
    return { ok: true, payload: upcasted };
  } catch (thrown) {
    return { ok: false, error: new UpcastFailed(type.name, from, thrown) };
  }
}

/** Throws a TypeError unless there is one upcaster from each version before the type's own, and none from another. */
export function requireUpcasters({ name, version, upcasters }: Versioned): void {
  requireInRange(`Message type "${name}": version`, version, { from: 1, to: mostVersion });
  for (let from = 1; from < version; from += 1)
    if (typeof upcasters[from] !== 'function')
      misuse(`Message type "${name}": the upcaster from version ${from} to ${from + 1} is missing`);
  for (const from of Object.keys(upcasters))
    if (!(Number(from) >= 1 && Number(from) < version))
      misuse(
        `Message type "${name}": there is an upcaster from version ${from}, but the type's version is ${version}`,
      );
}
