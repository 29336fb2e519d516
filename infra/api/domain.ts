// The API under a name of the operator's. Certificate and DNS record are not made here: both belong to the zone, which may be
// anywhere, and neither needs the stack.
import { DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { shownValue } from '#infra/function/shown-value.ts';

/** A name of your own for the API. */
export interface DomainOptions {
  /** Such as `queue.shop.example`. Point it to the stack's output HttpApiTarget. */
  readonly name: string;
  /** Of a certificate of ACM for this name, in the region of the stack. */
  readonly certificateArn: string;
}

export const domainNamePattern = /([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/;
export const certificateArnPattern = /arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+/;

/** Throws a TypeError when one is missing, the name is no host name, or the certificate is none of ACM. */
export function createDomain(
  scope: Construct,
  id: string,
  { name, certificateArn }: Partial<DomainOptions>,
): DomainName {
  if (name === undefined || certificateArn === undefined)
    throw new TypeError(
      'api.domain needs a name and a certificate: domainName and domainCertificateArn in the context',
    );
  requireMatch('name is a host name such as queue.shop.example', name, domainNamePattern);
  requireMatch(
    'certificateArn is the ARN of a certificate of ACM, in the region of the stack',
    certificateArn,
    certificateArnPattern,
  );
  return new DomainName(scope, id, {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
}

function requireMatch(expected: string, value: string, pattern: RegExp): void {
  if (!new RegExp(`^${pattern.source}$`).test(value))
    throw new TypeError(`api.domain.${expected}; got ${shownValue(value)}`);
}
