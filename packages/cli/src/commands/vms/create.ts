import type { Vm, VmCreate } from '@instavm/sdk';
import { type Command, type Context, positiveInteger } from '../../command.ts';
import { card } from '../../output/text.ts';
import type { Settings } from '../../settings/settings.ts';

const IMAGES = ['standard', 'computer-use', 'nix-dev'] as const;

interface Options {
  timeout?: number;
  idleTimeout?: number;
  memory?: number;
  vcpu?: number;
  session?: string;
  snapshot?: string;
  type?: (typeof IMAGES)[number];
  imageVariant?: (typeof IMAGES)[number];
}

export default {
  options: [
    { flags: '--timeout <seconds>', description: 'end the machine after so long', parse: positiveInteger },
    {
      flags: '--idle-timeout <seconds>',
      description: 'end it when unused for so long',
      parse: positiveInteger,
    },
    { flags: '--memory <mb>', description: 'memory in MiB', parse: positiveInteger },
    { flags: '--vcpu <count>', description: 'virtual processors', parse: positiveInteger },
    { flags: '--session <id>', description: 'attach to this session' },
    { flags: '--snapshot <id>', description: 'start from this snapshot' },
    { flags: '--type <type>', description: 'kind of machine', choices: IMAGES },
    { flags: '--image-variant <type>', description: 'the same as --type, and wins over it', choices: IMAGES },
  ],
  async run(context) {
    const client = await context.client();
    const { timeout, idleTimeout, memory, vcpu, session, snapshot, type, imageVariant } =
      context.options as Options;
    const extra: Partial<VmCreate> = {};
    const image = imageVariant ?? type;
    if (image && image !== 'standard') extra.image_variant = image;
    if (snapshot) extra.snapshot_id = snapshot;
    const wanted = {
      ...{ lifetimeSeconds: timeout, idleTimeoutSeconds: idleTimeout, memoryMb: memory, vcpuCount: vcpu },
      ...{ sessionId: session, extra },
    };
    const vm = await context.progress('Creating VM', () =>
      client.vms.create(wanted, { signal: context.io.signal }),
    );
    if (context.json) context.printJson(vm);
    else printCard(context, vm, await context.settings());
    return undefined;
  },
} satisfies Command;

function printCard({ print }: Context, vm: Vm, { sshHost }: Settings): void {
  // A host that was only derived is no promise that SSH answers there.
  const host = vm.ssh_host ?? (sshHost.source === 'derived' ? null : sshHost.value);
  print(
    card([
      ['VM', vm.vm_id],
      ['Session', vm.session_id],
      ['Status', vm.status],
      ['SSH', host && `ssh ${vm.vm_id}@${host}`],
    ]),
  );
}
