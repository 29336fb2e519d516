// What an operator sets without touching code: in the context of cdk.json, or by `cdk deploy --context stage=prod`.
import { Duration } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { ways } from '#infra/api/ways.ts';
import { databaseUrlNameIs, databaseUrlNamePattern } from '#infra/function/database-url.ts';
import { shownValue } from '#infra/function/shown-value.ts';
import { stageIs, stagePattern } from '#infra/function/stage.ts';
import type { MillraceProps } from './millrace.ts';
import { nearestName } from './nearest-name.ts';
import {
  choices,
  flag,
  flagOrNumber,
  type Kind,
  list,
  text,
  texts,
  wholeNumber,
} from './setting-kinds.ts';

export interface Settings extends MillraceProps {
  /** Tags of the stack and of everything in it. */
  readonly tags?: Readonly<Record<string, string>>;
}

const keyArnPattern = /arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+/;

/** Every key of the context that is Millrace's: the kind of its value, and the properties that it stands for. */
const settings: Readonly<Record<string, Setting>> = {
  stage: setting(text(stageIs, stagePattern), (stage) => ({ stage })),
  tags: setting(texts('tags of the stack'), (tags) => ({ tags })),
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
  consumerMemory: setting(wholeNumber(128, 10_240, 'MB'), (memorySize) => ({
    consumer: { memorySize },
  })),
  sleep: setting(flagOrNumber(0.25, 24, 'hours between two looks of the backstop'), sleeping),
  eager: setting(flag, (eager) => ({ eager })),
  handOver: setting(wholeNumber(1, 100, 'further invocations'), (handOver) => ({ handOver })),
  alarmTopicArn: setting(
    text('the ARN of an SNS topic', /arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+/),
    (topicArn) => ({ alarms: { topicArn } }),
  ),
};

function sleeping(given: boolean | number): Settings {
  if (typeof given === 'boolean') return given ? { sleep: given } : {};
  return { sleep: { backstop: Duration.minutes(Math.round(given * 60)) } };
}

/** Throws a TypeError with a line for each fault: the key, what it takes, and what was given. */
export function readSettings(node: Node): Settings {
  const given = Object.entries<unknown>(node.getAllContext()).filter(([key]) => !isForeign(key));
  const read = given.map(([key, value]) => readSetting(key, value));
  const faults = read.filter((result) => typeof result === 'string');
  if (faults.length > 0) throw new TypeError(faults.join('\n'));
  return read.filter((result) => typeof result === 'object').reduce<Settings>(merged, {});
}

interface Setting {
  readonly is: string;
  readonly read: (value: unknown) => Settings | undefined;
}

function setting<Value>(kind: Kind<Value>, propertiesOf: (value: Value) => Settings): Setting {
  return {
    is: kind.is,
    read(given) {
      const value = kind.read(given);
      return value === undefined ? undefined : propertiesOf(value);
    },
  };
}

/** The CDK, its command line and its caches use the same context; but for two, their keys have a colon or begin with @. */
const isForeign = (key: string): boolean =>
  key.includes(':') || key.startsWith('@') || toolKeys.includes(key);
const toolKeys = ['cli-telemetry', 'acknowledged-issue-numbers'];

/** The properties that the key stands for, or the sentence that says why not. */
function readSetting(key: string, value: unknown): Settings | string {
  const known = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (!known) return unknownKey(key);
  const expected = `The context value "${key}" is ${known.is}; got ${shownValue(value)}`;
  return known.read(value) ?? expected;
}

function unknownKey(key: string): string {
  const meant = nearestName(key, Object.keys(settings));
  const hint = meant
    ? `Did you mean "${meant}"?`
    : `There are ${Object.keys(settings).join(', ')}.`;
  return `The context has no key "${key}". ${hint} A key of your own has a colon in it, such as "shop:${key}".`;
}

/** Several keys may give parts of one property: plain objects are merged, everything else is replaced. */
function merged<Part extends object>(left: Part, right: Part): Part {
  const result = { ...left } as Record<string, unknown>;
  for (const [key, value] of Object.entries(right)) {
    const before = result[key];
    result[key] = isPlain(before) && isPlain(value) ? merged(before, value) : value;
  }
  return result as Part;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
