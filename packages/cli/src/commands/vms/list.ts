import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';

const LIVE = ['active', 'running', 'creating'];

export default {
  options: [{ flags: '-a, --all', description: 'also machines that have ended' }],
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const client = await context.client();
    const { signal } = io;
    const all = options.all === true;
    const vms = all
      ? await client.vms.listAllRecords({ signal })
      : (await client.vms.list({ signal })).filter(({ status }) => LIVE.includes(status));
    if (json) printJson({ vms });
    else if (vms.length === 0)
      print(all ? 'No VMs.\n' : 'No active VMs. With -a those that have ended are listed too.\n');
    else {
      const paint = statusPainter(io);
      print(
        all
          ? `VMs (${vms.length})\n\n`
          : `Active VMs (${vms.length})\nWith --all those that have ended are listed too.\n\n`,
      );
      print(
        table(vms, [
          { title: 'ID', value: (vm) => vm.vm_id },
          {
            title: 'Status',
            value: (vm) => `● ${vm.status}`,
            paint: (text, vm) => paint(text.slice(0, 1), vm.status) + text.slice(1),
          },
          { title: 'Created', value: (vm) => vm.created_at },
          { title: 'SSH', value: (vm) => vm.ssh_host },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
