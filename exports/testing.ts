// "millrace/testing": the test kit, which runs your handlers on a real Postgres of their own.
export { openTestKit, type TestKit, type TestKitOptions } from '#testing/test-kit.ts';
export type { Duration } from '#testing/time-travel.ts';
