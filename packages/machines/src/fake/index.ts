export { FakeDriver, FakeWorld } from './driver.ts';
export type { Faults } from './faults.ts';
