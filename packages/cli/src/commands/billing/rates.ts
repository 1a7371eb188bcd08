import type { Command } from '../../command.ts';
import { card } from '../../output/text.ts';

export default {
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const rates = await client.credits.rates({ signal: io.signal });
    const { vm_execution: vm, browser_automation: browser } = rates;
    if (json) printJson(rates);
    else {
      print(
        card([
          ['Machines', vm.rate_description],
          ['  per second and core', vm.cpu_rate_per_second_per_core],
          ['  per second and GiB', vm.ram_rate_per_gib_per_second],
          ['Browser', browser.rate_description],
          ['  one call', browser.sample_1_call],
          ['  at least', browser.minimum_charge],
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
