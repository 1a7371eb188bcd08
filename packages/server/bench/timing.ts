// node packages/server/bench/timing.ts [PAIRS]: whether the time of a refusal tells an unknown id from a wrong secret,
// or a first wrong character from a last one. A million pairs unless said. Good is |t| below 4.5 (the dudect method)
// or a mean difference so small that nothing outside this process can see it.
import { loadavg } from 'node:os';
import { authenticator } from '../src/auth/authenticate.ts';
import { bootstrap, cropped, measurePairs, pairedT } from '../src/testing/paired-timing.ts';
import { indexOfKeys, wrongPairs } from '../src/testing/wrong-keys.ts';

const PAIRS = Number(process.argv[2] ?? 1_000_000);
const KEYS = 10_000;
const WARM_UP_PAIRS = 50_000;
const BOOTSTRAP_ROUNDS = 200;
const T_MAX = 4.5;
/** A hundredth of what a request's jitter is on one machine's loopback. */
const SEEN_BY_NOBODY_NS = 10;

const { index, tokens, peppers, texts } = indexOfKeys(KEYS);
const authenticate = authenticator({ index, tokens, peppers, now: Date.now });
const check = (text: string) => authenticate(text, 'x-api-key');

let isBad = false;
for (const [what, kinds] of Object.entries(wrongPairs(texts))) {
  measurePairs(WARM_UP_PAIRS, kinds, check);
  const pairs = measurePairs(PAIRS, kinds, check);
  for (const share of [0.9, 0.99]) {
    const kept = cropped(pairs, share);
    const { meanNs, t } = pairedT(kept);
    const { lowNs, highNs } = bootstrap(kept, BOOTSTRAP_ROUNDS);
    isBad ||= Math.abs(t) >= T_MAX && Math.abs(meanNs) >= SEEN_BY_NOBODY_NS;
    process.stdout.write(
      `${what}: fastest ${share * 100} % of ${PAIRS} pairs: t ${t.toFixed(2)}, mean difference ${meanNs.toFixed(2)} ns, ` +
        `99 % interval ${lowNs.toFixed(2)} to ${highNs.toFixed(2)} ns\n`,
    );
  }
}
process.stdout.write(`load average ${loadavg()[0]!.toFixed(1)}\n`);
process.exitCode = isBad ? 1 : 0;
