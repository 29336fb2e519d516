import { reject } from '#queue/declare/ways-out.ts';
import { NamedError } from '#queue/named-error.ts';
import type { RecordedStep, StepKind } from '#queue/routines/steps.ts';

/** A delivery whose recorded steps are not those of its handler. */
export class StepsChanged extends NamedError {
  static override readonly name = 'StepsChanged';
}

/** Where a handler has come to. */
export interface Place {
  readonly number: number;
  /** The version of its code. */
  readonly version: number;
  /** What it begins; undefined when it has ended. */
  readonly next: { readonly kind: StepKind; readonly name: string } | undefined;
}

/**
 * Throws unless what is recorded for a handler's next step is that very step. What newer code has recorded is a failure like any other,
 * and tried again: newer code may have it then. All else stays as it is, so the delivery is rejected.
 */
export function requireSameStep(recorded: RecordedStep, place: Place): void {
  const { number, version, next } = place;
  const isNewer = recorded.version > version;
  if (recorded.version === version && recorded.kind === next?.kind && recorded.name === next.name)
    return;
  const changed = new StepsChanged(
    recorded.version === version
      ? `step ${number} is recorded as ${told(recorded)}, and now the handler ${next ? `begins ${told(next)}` : 'ended without it'}: raise the version of a handler whose steps ` +
          'change; replay the message to begin anew'
      : `its steps were recorded by version ${recorded.version} of the handler, and this is version ${version}: ` +
          (isNewer ? 'it waits for newer code' : 'replay the message to begin anew'),
  );
  if (isNewer) throw changed;
  reject(changed.message, { cause: changed });
}

const told = ({ kind, name }: { readonly kind: StepKind; readonly name: string }) =>
  kind === 'step' ? `"${name}"` : `the ${kind} "${name}"`;
