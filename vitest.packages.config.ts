import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The package in applications that lie otherwise than the one of the check: `npm run test:packages`, which installs a great deal.
const { test, ...others } = base;

export default mergeConfig(others, {
  test: { ...test, include: ['test/package/*.installed.ts'] },
});
