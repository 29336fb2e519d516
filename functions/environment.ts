// The names of the environment variables that the deployment sets and the functions read. No values, no
// reading: infra/ imports this file and nothing else of ours.

/** Name of the SSM SecureString that holds the connection string. */
export const DATABASE_URL_PARAMETER = 'MILLRACE_DATABASE_URL_PARAMETER';

/** The connection string itself. For laptops and tests: in the cloud it would be readable in the console. */
export const DATABASE_URL = 'MILLRACE_DATABASE_URL';

/** Origins whose browsers may call, separated by spaces; `*` for all. Default none. */
export const ALLOWED_ORIGINS = 'MILLRACE_ALLOWED_ORIGINS';

/** Scopes of callers that API Gateway has authenticated by IAM, separated by spaces. Default none. */
export const IAM_SCOPES = 'MILLRACE_IAM_SCOPES';
