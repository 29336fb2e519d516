// The names of the environment variables that the deployment sets and the functions read. There are no values here and
// nothing is read, because infra/ imports this file, and may import nothing else of ours.

/**
 * The ways to call that the deployment has, separated by spaces: the first has the API at /v1, each other at a mount of its name. The
 * console signs in by them. Default: `keys`.
 */
export const WAYS = 'MILLRACE_WAYS';

/** Name of the SSM SecureString that holds the connection string. */
export const DATABASE_URL_PARAMETER = 'MILLRACE_DATABASE_URL_PARAMETER';

/** The connection string itself, for laptops and tests. In the cloud everybody who sees the console could read it. */
export const DATABASE_URL = 'MILLRACE_DATABASE_URL';

/**
 * Over how many databases the deployment is spread, 1 to 16: so many connection strings there are, separated by white space, in the
 * one place that holds them. Default: 1.
 */
export const DATABASES = 'MILLRACE_DATABASES';

/** The origins from which browsers may call, separated by spaces; `*` for all. Default: none. */
export const ALLOWED_ORIGINS = 'MILLRACE_ALLOWED_ORIGINS';

/** The scopes of callers whom API Gateway has authenticated by IAM, separated by spaces. Default: none. */
export const IAM_SCOPES = 'MILLRACE_IAM_SCOPES';

/** The claims of a JWT that hold its scopes, separated by spaces. Default: `scope`. */
export const SCOPE_CLAIM = 'MILLRACE_SCOPE_CLAIM';

/** Scopes of a JWT count that begin with it, without it. Default: all count, and `millrace/` is taken off where it stands. */
export const SCOPE_PREFIX = 'MILLRACE_SCOPE_PREFIX';

/** A claim with its value, such as `idtyp=app`, that marks the JWT of a program. Default: its subject is its client. */
export const CLIENT_CLAIM = 'MILLRACE_CLIENT_CLAIM';

/** "on" when people, who come with a JWT or a Cognito identity, are held to their scopes alone, and not to public types. */
export const TRUST_PEOPLE = 'MILLRACE_TRUST_PEOPLE';

/** Name or ARN of the Secrets Manager secret that holds the connection string, instead of the parameter. */
export const DATABASE_URL_SECRET = 'MILLRACE_DATABASE_URL_SECRET';

/** The schedule group in which wake-ups are armed. Its presence says that the deployment sleeps. */
export const WAKE_UP_GROUP = 'MILLRACE_WAKE_UP_GROUP';

/** ARN of the role by which an armed wake-up invokes the consumer. */
export const WAKE_UP_ROLE = 'MILLRACE_WAKE_UP_ROLE';

/** ARN of the consumer, for the http function that arms or asks for wake-ups. The consumer learns its own from its context. */
export const CONSUMER_ARN = 'MILLRACE_CONSUMER_ARN';

/** "on" in both functions when an enqueue wakes the consumer at once. */
export const EAGER = 'MILLRACE_EAGER';

/** With how many further invocations a consumer may share its backlog, 1 to 100. Default: none. */
export const HAND_OVER = 'MILLRACE_HAND_OVER';

/**
 * How the URLs of the SQS queues begin, up to the queue's own name, such as
 * `https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-production-`. Its presence says that queues are on SQS.
 */
export const SQS_QUEUES_URL = 'MILLRACE_SQS_QUEUES_URL';

/**
 * Which figures the functions write: "drain", those that are known anyway, or "queues", further ones of each queue, for
 * which the database is asked. Default: none.
 */
export const METRICS = 'MILLRACE_METRICS';

/** The name under which the figures of this deployment are found: the stack's. */
export const DEPLOYMENT_NAME = 'MILLRACE_DEPLOYMENT';
