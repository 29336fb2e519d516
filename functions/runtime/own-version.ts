// Whether this function is run by a rollback. CloudFormation does not say so, but Lambda knows: a deployment publishes a version
// and invokes that one, and a rollback invokes the version of before while the newer one is still there.
import { awsAccess } from '#functions/aws/access.ts';
import { newestVersion } from '#functions/aws/newest-version.ts';
import type { Log } from '#queue/log.ts';
import { errorAttributes } from './error-attributes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const timeoutMs = 10_000;

/** True when a newer version of this very function exists. False when nobody can tell, which is logged, or on a laptop. */
export async function isSuperseded(environment: Environment, log: Log): Promise<boolean> {
  const functionName = environment['AWS_LAMBDA_FUNCTION_NAME'];
  const version = Number(environment['AWS_LAMBDA_FUNCTION_VERSION']);
  // $LATEST, which somebody has invoked by hand, has no place in the order.
  if (!functionName || Number.isNaN(version)) return false;
  try {
    const newest = await newestVersion(awsAccess(environment), { functionName, timeoutMs });
    return newest > version;
  } catch (error) {
    log.warn('cannot tell whether this is a rollback', { ...errorAttributes(error) });
    return false;
  }
}
