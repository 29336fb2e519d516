// SQS is narrower than Millrace in what may name a group.

/** What SQS takes: 1 to 128 letters, digits and punctuation of ASCII. */
const fits = /^[!-~]{1,128}$/;

/** The MessageGroupId of a delivery on a FIFO queue: the same for the same key. One without a group is a group of its own. */
export function groupIdOf({
  groupKey,
  id,
}: {
  readonly groupKey: string | null;
  readonly id: string;
}): string {
  const name = groupKey ?? id;
  if (fits.test(name)) return name;
  return process.getBuiltinModule('node:crypto').hash('sha256', name);
}
