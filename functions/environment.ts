// The names of the environment variables that the deployment sets and the functions read. There are no values here and
// nothing is read, because infra/ imports this file, and may import nothing else of ours.

/** Name of the SSM SecureString that holds the connection string. */
export const DATABASE_URL_PARAMETER = 'MILLRACE_DATABASE_URL_PARAMETER';

/** The connection string itself, for laptops and tests. In the cloud everybody who sees the console could read it. */
export const DATABASE_URL = 'MILLRACE_DATABASE_URL';

/** The origins from which browsers may call, separated by spaces; `*` for all. Default: none. */
export const ALLOWED_ORIGINS = 'MILLRACE_ALLOWED_ORIGINS';

/** The scopes of callers whom API Gateway has authenticated by IAM, separated by spaces. Default: none. */
export const IAM_SCOPES = 'MILLRACE_IAM_SCOPES';
