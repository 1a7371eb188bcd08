// Decisions of limits in a process of its own, past HTTP. Arguments: a data folder, and a file with its keys as JSON.
import { readFileSync } from 'node:fs';
import { type AccountSettings, NO_ENVIRONMENT_SETTINGS } from '../src/auth/account-settings.ts';
import { authenticator } from '../src/auth/authenticate.ts';
import { openCore } from '../src/core.ts';
import { readOnlyPace } from '../src/limits/key-limits.ts';
import { Limiter } from '../src/limits/limiter.ts';
import { serveRounds } from './rounds.ts';
import { type Seeded, world } from './seed.ts';

const [dataDir, keysFile] = process.argv.slice(2) as [string, string];
const { keys } = JSON.parse(readFileSync(keysFile, 'utf8')) as Seeded;
const core = await openCore(dataDir, world);
const authenticate = authenticator({ ...core, now: Date.now });
const operation = { id: 'vms.list' };
/** Never reached: what a decision costs that lets a request in. */
const WIDE = '9999999/1s,burst=50000';
const wide = readOnlyPace(WIDE)!;

const principals = keys.map((text) => {
  const result = authenticate(text, 'x-api-key');
  if (!result.ok) throw new Error(result.code);
  return { ...result.principal, environment: 'testing' };
});
const account = core.owners.account(principals[0]!.accountId);
const settings: Record<string, AccountSettings> = {
  none: account.settings,
  /** Every limit that there is: four rates and two bounds of requests under way. */
  all: {
    ...account.settings,
    rateLimit: wide,
    operatorRateLimit: wide,
    concurrentRequests: 100_000,
    environments: new Map([
      ['testing', { ...NO_ENVIRONMENT_SETTINGS, rateLimit: wide, concurrentRequests: 100_000 }],
    ]),
  },
};
const limiters = {
  one: limiterOf(WIDE),
  all: limiterOf(WIDE),
  refused: limiterOf('1/86400s,burst=1'),
  none: limiterOf('off'),
};

function limiterOf(text: string): Limiter {
  return new Limiter({ ...world, owners: core.owners, keyDefault: readOnlyPace(text) });
}

serveRounds(
  {
    /** Processor time of a decision, with the clock and what the answer's headers say. */
    decide({ kind, checks }: { kind: keyof typeof limiters; checks: number }) {
      account.settings = settings[kind === 'all' ? 'all' : 'none']!;
      const limiter = limiters[kind];
      let letIn = 0;
      const before = process.cpuUsage();
      for (let i = 0; i < checks; i++) {
        const admission = limiter.admit(principals[i % principals.length]!, operation);
        admission?.slot?.release();
        if (!admission?.refusal) letIn += 1;
      }
      const { user, system } = process.cpuUsage(before);
      if (kind === 'refused' ? letIn > keys.length : letIn !== checks) {
        throw new Error(`${letIn} of ${checks} were let in`);
      }
      return { cpu_us: (user + system) / checks };
    },
  },
  () => core.close(),
);
process.send!({});
