import { credits } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { readRates } from '../rates.ts';

export const getRates = (deps: { db: Kysely<Database> }) =>
  bind(credits.rates, async () => {
    const { cpuPerSecond, ramGibPerSecond } = await readRates(deps.db);
    const isFree = cpuPerSecond === 0 && ramGibPerSecond === 0;
    return {
      vm_execution: {
        rate_description: isFree
          ? "Machines cost nothing: this server's operator has set no rates."
          : `${cpuPerSecond} dollars for each second of a processor and ${ramGibPerSecond} for each second of a GiB of memory, from the making of a machine to its end.`,
        cpu_rate_per_second_per_core: cpuPerSecond,
        ram_rate_per_gib_per_second: ramGibPerSecond,
      },
      browser_automation: {
        rate_description: 'There is no browser automation in this version.',
        sample_1_call: 0,
        minimum_charge: 0,
      },
    };
  });
