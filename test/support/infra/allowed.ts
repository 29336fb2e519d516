// What a role of a template may do, in lines that a person can read and compare.
import type { Template } from 'aws-cdk-lib/assertions';
import { resourceAt, resourcesOf } from './synthesis.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface RolePolicy {
  readonly Roles?: readonly { readonly Ref: string }[];
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** A line for each action on each resource, of every policy that the role has: `action on resource`, and `if` conditions. */
export function allowed(template: Template, rolePath: string): string[] {
  const [id, { Properties }] = resourceAt(template, 'AWS::IAM::Role', rolePath);
  const attached = resourcesOf(template, 'AWS::IAM::Policy')
    .map(([, policy]): RolePolicy => policy.Properties)
    .filter(({ Roles = [] }) => Roles.some(({ Ref }) => Ref === id));
  const inline: RolePolicy[] = Properties.Policies ?? [];
  const managed: unknown[] = Properties.ManagedPolicyArns ?? [];
  return [
    ...[...attached, ...inline].flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(linesOf),
    ),
    ...managed.map((arn) => `managed policy ${shownReference(arn)}`),
  ].toSorted();
}

function linesOf({ Effect, Action, Resource, Condition }: Statement): string[] {
  const condition = Condition ? ` if ${JSON.stringify(Condition)}` : '';
  const effect = Effect === 'Allow' ? '' : `${Effect} `;
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource]
        .flat()
        .map((resource) => `${effect}${action} on ${shownReference(resource)}${condition}`),
    );
}

/** An ARN as a text: `<MillraceConsumerHandler.Arn>` stands for what CloudFormation puts in, without the hash of its id. */
export function shownReference(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, given] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::Join') {
    const [separator, parts] = given as [string, unknown[]];
    return parts.map(shownReference).join(separator);
  }
  const [id, attribute] = [given].flat() as [string, string?];
  const withoutHash = id.replace(/[\dA-F]{8}$/, '');
  return attribute ? `<${withoutHash}.${attribute}>` : `<${withoutHash}>`;
}
