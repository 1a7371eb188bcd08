import type { ServiceName, VmHost } from '@instavm/machines';
import type { VmRow } from '../vms/store.ts';

/** How a machine's services are reached; `ticket` names the caller's operation in the host's log. */
export function openChannelOf(
  host: Pick<VmHost, 'openLink'>,
  { id: vmId, generation }: Pick<VmRow, 'id' | 'generation'>,
  ticket: string,
) {
  return (service: ServiceName) => host.openLink({ vmId, generation, service, ticket });
}

/** As `openChannelOf`, of one host. */
export type OpenChannelOf = (
  vm: Pick<VmRow, 'id' | 'generation'>,
  ticket: string,
) => ReturnType<typeof openChannelOf>;
