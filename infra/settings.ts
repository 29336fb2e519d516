// What an operator sets without touching code: in the context of cdk.json, or by `cdk deploy --context stage=prod`.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { drivers } from '#bundling/bundle-function.ts';
import { certificateArnPattern, domainNamePattern } from '#infra/api/domain.ts';
import { httpTimeoutRange } from '#infra/api/http-function.ts';
import { burstRange, rateRange } from '#infra/api/throttle.ts';
import { ways } from '#infra/api/ways.ts';
import { concurrencyRange, consumerTimeoutRange } from '#infra/consumer/consumer-options.ts';
import { handlerSecretsAt } from '#infra/consumer/handler-secrets.ts';
import { helpersRange } from '#infra/consumer/modes.ts';
import { tickRange } from '#infra/consumer/tick-schedule.ts';
import { databaseUrlNameIs, databaseUrlNamePattern } from '#infra/function/database-url.ts';
import { databasesRange } from '#infra/function/databases.ts';
import { memoryRange } from '#infra/function/function-options.ts';
import { stageIs, stagePattern } from '#infra/function/stage.ts';
import { maximumConcurrencyRange, sqsTimeoutRange } from '#infra/sqs/sqs-options.ts';
import { alarmNames } from '#infra/watch/alarm-options.ts';
import type { MetricsLevel } from '#infra/watch/own-metrics.ts';
import type { MillraceProps } from './millrace-props.ts';
import { readContext, type Setting, setting } from './read-context.ts';
import {
  choices,
  flag,
  flagOrNumber,
  flagOrOneOf,
  list,
  oneOf,
  text,
  texts,
  wholeNumber,
} from './setting-kinds.ts';

/** What the context has set: properties of the construct, and tags. */
export interface Settings extends MillraceProps {
  /** Tags of the stack and of everything in it. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The numbers of days that CloudWatch knows; for ever, which it calls 9999, is none of them. */
const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const keyArnPattern = /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/;

/** Every key of the context that is Millrace's: the kind of its value, and the properties that it stands for. */
const settings: Readonly<Record<string, Setting<Settings>>> = {
  stage: setting(text(stageIs, stagePattern), (stage) => ({ stage })),
  tags: setting(texts('tags of the stack'), (tags) => ({ tags })),
  driver: setting(oneOf(drivers), (driver) => ({ driver })),
  databaseUrlParameter: setting(
    text(databaseUrlNameIs, databaseUrlNamePattern),
    (parameterName) => ({ databaseUrl: { parameterName } }),
  ),
  databaseUrlSecret: setting(
    text(`${databaseUrlNameIs}, or the ARN of a secret`, /arn:.+|\/?[\w.-]+(\/[\w.-]+)*/),
    (secret) => ({
      databaseUrl: { [secret.startsWith('arn:') ? 'secretArn' : 'secretName']: secret },
    }),
  ),
  databaseUrlKeyArn: setting(text('the ARN of a KMS key', keyArnPattern), (keyArn) => ({
    databaseUrl: { encryptionKey: { keyArn } },
  })),
  databaseUrlPerFunction: setting(flag, (perFunction) => ({ databaseUrl: { perFunction } })),
  databases: setting(wholeNumber(databasesRange), (databases) => ({ databases })),
  migrateOnDeploy: setting(flag, (migrateOnDeploy) => ({ migrateOnDeploy })),
  corsOrigins: setting(list('origins such as https://shop.example'), (corsOrigins) => ({
    api: { corsOrigins },
  })),
  auth: setting(choices(ways), (auth) => ({ api: { auth } })),
  jwtIssuer: setting(
    text('the issuer of JWTs, such as https://login.shop.example', /https:\/\/\S+/),
    (issuer) => ({ api: { jwt: { issuer } } }),
  ),
  jwtAudience: setting(list('audiences of JWTs'), (audience) => ({ api: { jwt: { audience } } })),
  jwtScopeClaim: setting(list('names of claims, such as scp'), (scopeClaims) => ({
    api: { jwt: { scopeClaims } },
  })),
  jwtScopePrefix: setting(
    text('what scopes begin with, such as millrace/', /\S+/),
    (scopePrefix) => ({ api: { jwt: { scopePrefix } } }),
  ),
  jwtClientClaim: setting(
    text('a claim with its value, such as idtyp=app', /[^=\s]+=\S.*/),
    (clientClaim) => ({ api: { jwt: { clientClaim } } }),
  ),
  trustPeople: setting(flag, (trustPeople) => ({ api: { trustPeople } })),
  iamScopes: setting(list('scopes such as enqueue:order.*'), (iamScopes) => ({
    api: { iamScopes },
  })),
  console: setting(flag, (console) => ({ api: { console } })),
  throttleRate: setting(wholeNumber(rateRange), (rateLimit) => ({
    api: { throttle: { rateLimit } },
  })),
  throttleBurst: setting(wholeNumber(burstRange), (burstLimit) => ({
    api: { throttle: { burstLimit } },
  })),
  domainName: setting(
    text('a host name such as queue.shop.example', domainNamePattern),
    (name) => ({
      api: { domain: { name } },
    }),
  ),
  domainCertificateArn: setting(
    text('the ARN of a certificate of ACM', certificateArnPattern),
    (certificateArn) => ({ api: { domain: { certificateArn } } }),
  ),
  httpMemory: setting(wholeNumber(memoryRange), (memorySize) => ({ http: { memorySize } })),
  httpTimeout: setting(wholeNumber(httpTimeoutRange), (seconds) => ({
    http: { timeout: Duration.seconds(seconds) },
  })),
  consumerMemory: setting(wholeNumber(memoryRange), (memorySize) => ({ consumer: { memorySize } })),
  consumerTimeout: setting(wholeNumber(consumerTimeoutRange), (seconds) => ({
    consumer: { timeout: Duration.seconds(seconds) },
  })),
  consumerConcurrency: setting(wholeNumber(concurrencyRange), (reservedConcurrentExecutions) => ({
    consumer: { reservedConcurrentExecutions },
  })),
  consumerEnvironment: setting(texts('variables for the handlers'), (environment) => ({
    consumer: { environment },
  })),
  consumerSecrets: setting(
    texts('names of SecureStrings, or ARNs of secrets, by the variables of webhooks'),
    (places) => ({ consumer: { secrets: handlerSecretsAt(places) } }),
  ),
  sqsMemory: setting(wholeNumber(memoryRange), (memorySize) => ({ sqs: { memorySize } })),
  sqsTimeout: setting(wholeNumber(sqsTimeoutRange), (seconds) => ({
    sqs: { timeout: Duration.seconds(seconds) },
  })),
  sqsConcurrency: setting(wholeNumber(maximumConcurrencyRange), (maximumConcurrency) => ({
    sqs: { maximumConcurrency },
  })),
  tickMinutes: setting(wholeNumber(tickRange), (minutes) => ({
    tickEvery: Duration.minutes(minutes),
  })),
  architecture: setting(oneOf(['arm64', 'x86_64']), (name) => ({
    architecture: name === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
  })),
  logDays: setting(oneOf(retentionDays), (retention) => ({ logs: { retention } })),
  keepLogs: setting(flag, (isKept) => ({
    logs: { removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY },
  })),
  sleep: setting(flagOrNumber(0.25, 24, 'hours between two looks of the backstop'), sleeping),
  eager: setting(flag, (eager) => ({ eager })),
  handOver: setting(wholeNumber(helpersRange), (handOver) => ({ handOver })),
  alarmTopicArn: setting(
    text('the ARN of an SNS topic', /arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+/),
    (topicArn) => ({ alarms: { topicArn } }),
  ),
  alarmsOff: setting(choices(alarmNames), (names) => ({
    alarms: Object.fromEntries(names.map((name) => [name, false])),
  })),
  runbookUrl: setting(
    text('a URL such as https://wiki.example/millrace', /https?:\/\/\S+/),
    (runbookUrl) => ({ alarms: { runbookUrl } }),
  ),
  metrics: setting(flagOrOneOf('drain', 'queues'), metricsOf),
  dashboard: setting(flag, (dashboard) => ({ dashboard })),
};

function metricsOf(given: boolean | MetricsLevel): Settings {
  if (typeof given === 'boolean') return given ? {} : { metrics: false };
  return { metrics: given };
}

function sleeping(given: boolean | number): Settings {
  if (typeof given === 'boolean') return given ? { sleep: given } : {};
  return { sleep: { backstop: Duration.minutes(Math.round(given * 60)) } };
}

/**
 * What cdk.json and `--context` set, as properties of the construct. Keys with a colon in them are yours and left alone.
 * Throws a TypeError with a line for each fault: the key, what it takes, and what was given.
 *
 * @example
 * ```ts
 * const app = new App();
 * const { tags, ...millrace } = readSettings(app.node);
 * new MillraceStack(app, stackNameOf(millrace.stage), { millrace, ...(tags && { tags }) });
 * ```
 */
export function readSettings(node: Node): Settings {
  return readContext(node, settings);
}
