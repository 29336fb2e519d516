// The tags of a stack, which CloudFormation puts on everything in it that can have tags.

const allowed = String.raw`[\p{L}\p{N}\s_.:/=+@-]`;
const namePattern = new RegExp(`^(?!aws:)${allowed}{1,128}$`, 'u');
const valuePattern = new RegExp(`^${allowed}{0,256}$`, 'u');

/** The stage's and the operator's own. Throws a TypeError on what AWS would refuse in the middle of a deployment. */
export function stackTags(
  stage: string | undefined,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  for (const [name, value] of Object.entries(own))
    if (!namePattern.test(name) || !valuePattern.test(value))
      throw new TypeError(
        `A tag has a name of at most 128 characters, not beginning with aws:, and a value of at most 256: letters, digits, spaces and _.:/=+-@; got "${name}": "${value}"`,
      );
  return { ...(stage !== undefined && { 'millrace:stage': stage }), ...own };
}
