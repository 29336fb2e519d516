// What CloudFormation puts into a template's references, for a test that runs a template's functions on this machine.
import type { Template } from 'aws-cdk-lib/assertions';
import { allowed, shownReference } from './allowed.ts';
import { resourceAt } from './synthesis.ts';

/** By the reference as `allowed` shows it, such as `<MillraceConsumerHandler.Arn>`. */
export type Deployed = Readonly<Record<string, string>>;

/** The environment of a function, with a value for each reference in it. */
export function environmentOf(
  template: Template,
  path: string,
  deployed: Deployed,
): Record<string, string> {
  const [, { Properties }] = resourceAt(template, 'AWS::Lambda::Function', path);
  const variables = Object.entries<unknown>(Properties.Environment.Variables);
  return Object.fromEntries(
    variables.map(([name, value]) => [name, filledIn(shownReference(value), deployed)]),
  );
}

/** The lines of `allowed`, with a value for each reference in them. */
export const allowedTo = (template: Template, rolePath: string, deployed: Deployed): string[] =>
  allowed(template, rolePath).map((line) => filledIn(line, deployed));

function filledIn(text: string, deployed: Deployed): string {
  return text.replace(/<[\w.:]+>/g, (reference) => deployed[reference] ?? reference);
}
