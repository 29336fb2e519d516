// SQS is narrower than Millrace in what may name a group.

/** What SQS takes: 1 to 128 letters, digits and punctuation of ASCII. */
const fits = /^[!-~]{1,128}$/;

/** The MessageGroupId for a key, the same for the same key: of a group, of whom a message is for, or the message's id. */
export function groupIdOf(name: string): string {
  if (fits.test(name)) return name;
  return process.getBuiltinModule('node:crypto').hash('sha256', name);
}
