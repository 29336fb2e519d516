// Messages outlive the code that enqueued them: a payload of an older version is brought, step by step, to the form
// that the code knows now.
import { UpcastFailed, VersionUnknown } from '#queue/errors.ts';

/** Takes a payload of one version, gives that of the next. Must not need anything but the payload. */
type Upcaster = (older: unknown) => unknown;

export type Upcasters = Readonly<Record<number, Upcaster>>;

export interface Versioned {
  readonly name: string;
  readonly version: number;
  readonly upcasters: Upcasters;
}

export type Upcasted =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: VersionUnknown | UpcastFailed };

/** Brings a payload of the given version to the type's own. The given payload is not changed. */
export function upcast(type: Versioned, payload: unknown, version: number): Upcasted {
  if (!Number.isInteger(version) || version < 1 || version > type.version)
    return { ok: false, error: new VersionUnknown(type, version) };
  let from = version;
  // An upcaster is the user's code, and what it throws is an outcome like a payload that does not fit.
  try {
    // As the database gives it back. A copy, since what the caller holds may be about to be stored.
    let upcasted: unknown = JSON.parse(JSON.stringify(payload ?? null));
    for (; from < type.version; from += 1) upcasted = type.upcasters[from]?.(upcasted);
    return { ok: true, payload: upcasted };
  } catch (thrown) {
    return { ok: false, error: new UpcastFailed(type.name, from, thrown) };
  }
}

/** Throws a TypeError unless there is one upcaster from each version before the type's own, and no other. */
export function requireUpcasters({ name, version, upcasters }: Versioned): void {
  if (!Number.isInteger(version) || version < 1 || version > 32_767)
    throw new TypeError(
      `Message type "${name}": version is a whole number from 1 to 32767; got ${version}`,
    );
  for (let from = 1; from < version; from += 1)
    if (typeof upcasters[from] !== 'function')
      throw new TypeError(
        `Message type "${name}": the upcaster from version ${from} to ${from + 1} is missing`,
      );
  for (const from of Object.keys(upcasters))
    if (!(Number(from) >= 1 && Number(from) < version))
      throw new TypeError(
        `Message type "${name}": there is an upcaster from version ${from}, but the type's version is ${version}`,
      );
}
