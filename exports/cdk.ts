// "millrace/cdk": the construct that puts Millrace up for your application, and what it is told.
export type { ApplicationPaths } from '#bundling/application.ts';
export type { BundlingOptions } from '#bundling/bundle.ts';
export type { Driver } from '#bundling/bundle-function.ts';
export type { ApiOptions } from '#infra/api/api-options.ts';
export type { DeployedApi } from '#infra/api/deployed-api.ts';
export type { DomainOptions } from '#infra/api/domain.ts';
export type { JwtOptions } from '#infra/api/jwt-options.ts';
export type { Way, WayOptions } from '#infra/api/ways.ts';
export type { ConsumerOptions } from '#infra/consumer/consumer-options.ts';
export type { HandlerSecrets } from '#infra/consumer/handler-secrets.ts';
export type { ModeOptions } from '#infra/consumer/modes.ts';
export type { DatabaseUrlOptions } from '#infra/function/database-url.ts';
export type { DeployedFunction } from '#infra/function/deployed-function.ts';
export type {
  FunctionOptions,
  LogOptions,
  NetworkOptions,
  SharedOptions,
} from '#infra/function/function-options.ts';
export type { SecretPlace } from '#infra/function/secret-place.ts';
export { stackNameOf } from '#infra/function/stage.ts';
export { Millrace } from '#infra/millrace.ts';
export type { MillraceProps } from '#infra/millrace-props.ts';
export { MillraceStack, type MillraceStackProps } from '#infra/millrace-stack.ts';
export { readSettings, type Settings } from '#infra/settings.ts';
export type { DeployedSqs } from '#infra/sqs/queues-on-sqs.ts';
export type { SqsOptions } from '#infra/sqs/sqs-options.ts';
export type { AlarmOptions } from '#infra/watch/alarm-options.ts';
export type { MetricsLevel } from '#infra/watch/own-metrics.ts';
export type { WatchOptions } from '#infra/watch/watch.ts';
