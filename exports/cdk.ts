// "millrace/cdk": the construct that puts Millrace up for your application, and what it is told.

export { stackNameOf } from '#infra/function/stage.ts';
export { Millrace, type MillraceProps } from '#infra/millrace.ts';
export { MillraceStack, type MillraceStackProps } from '#infra/millrace-stack.ts';
export { readSettings, type Settings } from '#infra/settings.ts';
