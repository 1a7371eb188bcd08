import { driverConformance } from '../conformance/index.ts';
import { FakeDriver, FakeWorld } from './driver.ts';

driverConformance('fake', async () => {
  const world = new FakeWorld();
  return {
    open: async () => new FakeDriver(world),
    crash: async (vmId) => world.machines.get(vmId)?.stop('the test ended it'),
    remains: async (vmId) => (world.machines.has(vmId) ? ['memory'] : []),
    runsCode: false,
    close: async () => {},
  };
});
