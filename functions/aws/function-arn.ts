/**
 * The function's own ARN, without the version or alias by which it was invoked: the permissions to invoke it are for the
 * function.
 */
export const functionArn = (invokedArn: string): string =>
  invokedArn.split(':').slice(0, 7).join(':');
