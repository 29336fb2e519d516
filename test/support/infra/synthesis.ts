// Synthesizes Millrace in the test's own process, with the flags of cdk.json but without bundling, and without the
// library's validation: that costs more than all the rest, and the real synthesis of the artefact's test includes it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { MillraceStack } from '#infra/millrace-stack.ts';

/** A resource as the template has it; what it is made of depends on its type. */
// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no types
export type Resource = { Type: string; Properties: any; DependsOn?: string[] };

const folder = mkdtempSync(join(tmpdir(), 'millrace-synthesis-'));
afterAll(() => rmSync(folder, { recursive: true }));

export function newApp(props: AppProps = {}): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  return new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
    outdir: mkdtempSync(join(folder, 'app-')),
    ...props,
  });
}

/** A stack that a test may add to before it calls `Template.fromStack`. */
export const stackOf = (millrace: MillraceProps = {}): Stack =>
  new MillraceStack(newApp(), 'Test', { millrace });

export const synthesize = (millrace: MillraceProps = {}): Template =>
  Template.fromStack(stackOf(millrace));

/** An application with the queues `mails`, standard, and `ledger`, FIFO, on SQS, and `orders` in Postgres. */
export const onSqs: MillraceProps = { registry: 'test/support/infra/on-sqs/registry.ts' };

/** The resources of a type, by logical id. */
export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];

/** The one resource of a type whose logical id begins with the path of its construct. */
export function resourceAt(template: Template, type: string, path: string): [string, Resource] {
  const found = resourcesOf(template, type).filter(([id]) => id.startsWith(path));
  if (found.length !== 1 || !found[0])
    throw new Error(`Expected one ${type} at ${path}, got ${found.length}`);
  return found[0];
}
