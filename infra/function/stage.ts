// Several deployments in one account and region: what tells them apart is their stage, and what of theirs has a name that
// people choose is named after it.
import { shownValue } from './shown-value.ts';

/** No more, because AWS allows some of the names that begin with the stack's only 64 characters. */
const mostCharacters = 32;

export const stagePattern = new RegExp(`[A-Za-z][A-Za-z0-9-]{0,${mostCharacters - 1}}`);
export const stageIs = `a name such as prod or pr-12, of at most ${mostCharacters} letters, digits and hyphens, a letter first`;

/** Throws a TypeError on what CloudFormation would not take as a part of a stack's name. */
export function requireStage(stage: string): void {
  if (!new RegExp(`^${stagePattern.source}$`).test(stage))
    throw new TypeError(`stage is ${stageIs}; got ${shownValue(stage)}`);
}

/**
 * The name of a stage's stack: `Millrace`, or `Millrace-prod`.
 *
 * @example
 * ```ts
 * new MillraceStack(app, stackNameOf(settings.stage), { millrace: settings });
 * ```
 */
export function stackNameOf(stage: string | undefined): string {
  return stage === undefined ? 'Millrace' : `Millrace-${stage}`;
}

/** `/millrace/database-url`, or `/millrace/prod/database-url`. */
export const databaseUrlNameOf = (stage: string | undefined): string =>
  stage === undefined ? '/millrace/database-url' : `/millrace/${stage}/database-url`;
