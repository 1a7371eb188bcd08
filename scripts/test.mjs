// npm test: everything, in order. npm test -- check | unit | e2e | FILE... runs a part of it.
import { bootstrap } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { rail } from './lib/rail.mjs';
import { runStep } from './lib/test-step.mjs';
import { stepsFor } from './lib/test-steps.mjs';

await main(async () => {
  const lines = rail(process.stdout);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = (counts) => {
    for (const name of Object.keys(total)) total[name] += counts[name] ?? 0;
  };
  try {
    const node = await bootstrap(lines);
    for (const step of stepsFor(process.argv.slice(2), node)) add(await runStep(step, node, lines));
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    add({ failed: 1 });
  }
  const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});
