// Where connection strings are kept: Parameter Store, and Secrets Manager.
import * as z from 'zod';
import { AwsError } from './aws-error.ts';
import { bodyIn, type Operation } from './operation.ts';

/** Values by name. */
export type StoredValues = ReadonlyMap<string, string>;

const parameterForm = z.strictObject({ Name: z.string(), WithDecryption: z.boolean().optional() });

/** SSM's GetParameter, of SecureStrings. */
export function getParameter(parameters: StoredValues): Operation {
  return (request) => {
    requireTarget(request.headers, 'AmazonSSM.GetParameter');
    const { Name, WithDecryption = false } = bodyIn(parameterForm, request);
    const value = parameters.get(Name);
    if (value === undefined) throw new AwsError(400, 'ParameterNotFound', '');
    const Value = WithDecryption ? value : 'AQICAHg-encrypted';
    return { status: 200, body: { Parameter: { Name, Type: 'SecureString', Value, Version: 1 } } };
  };
}

const secretForm = z.strictObject({ SecretId: z.string() });

/** Secrets Manager's GetSecretValue. */
export function getSecretValue(secrets: StoredValues): Operation {
  return (request) => {
    requireTarget(request.headers, 'secretsmanager.GetSecretValue');
    const { SecretId } = bodyIn(secretForm, request);
    const value = secrets.get(SecretId);
    if (value === undefined)
      throw new AwsError(
        400,
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    return { status: 200, body: { Name: SecretId, SecretString: value } };
  };
}

function requireTarget(headers: Readonly<Record<string, unknown>>, wanted: string): void {
  if (headers['x-amz-target'] !== wanted)
    throw new AwsError(400, 'UnknownOperationException', `Only ${wanted} is known here`);
}
