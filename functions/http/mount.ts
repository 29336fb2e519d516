// Where a deployment with several ways to call has the API: a route of API Gateway has one authorizer, so each way but the first
// has its own mount, such as /jwt/v1.

const mounts = /^\/(?:keys|jwt|iam)(?=\/v1(?:\/|$))/;

/**
 * The mount before the path of our routes, which is empty for the first way. It says where the API stands, never who calls:
 * the authorizer says that.
 */
export function splitMount(rawPath: string): { readonly mount: string; readonly path: string } {
  const [mount = ''] = mounts.exec(rawPath) ?? [];
  return { mount, path: rawPath.slice(mount.length) };
}
