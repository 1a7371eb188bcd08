import type { Account } from '../../api/types.ts';
import { BoundsPanel } from '../limits/bounds-panel.tsx';
import { settingErrors, useSaveAccount } from './save-account.ts';

interface AccountPartProps {
  account: Account;
  refusal: string | null;
}

const RATES = {
  rate_limit: { label: 'All requests together', inherit: null },
  key_rate_limit: {
    label: 'Each key without a limit of its own',
    inherit: { label: 'As the server', hint: 'What the operator set for all accounts, or no limit.' },
  },
};
const AMOUNTS = ['concurrent_requests', 'quota_machines', 'quota_vm_seconds', 'quota_executions'] as const;

/** How much the account may do, and its keys where they say nothing else. */
export function AccountLimits({ account, refusal }: AccountPartProps) {
  const save = useSaveAccount('Limits');
  return (
    <BoundsPanel
      title="Limits"
      record={account}
      rates={RATES}
      amounts={AMOUNTS}
      empty="Empty: the server's own bound."
      refusal={refusal}
      saving={save.isPending}
      errors={settingErrors(save.error)}
      onSave={(changes, done) => save.mutate(changes, { onSuccess: done })}
      onLeave={save.reset}
    />
  );
}

const TIMES = [
  'machine_lifetime_seconds',
  'machine_idle_timeout_seconds',
  'machine_lifetime_max_seconds',
] as const;

/** When machines end of which nobody said when. */
export function AccountMachineTimes({ account, refusal }: AccountPartProps) {
  const save = useSaveAccount('Machine times');
  return (
    <BoundsPanel
      title="Machine times"
      record={account}
      rates={{}}
      amounts={TIMES}
      empty="Empty: as the server has it (5 minutes, no end when unused, 24 hours at most)."
      refusal={refusal}
      saving={save.isPending}
      errors={settingErrors(save.error)}
      onSave={(changes, done) => save.mutate(changes, { onSuccess: done })}
      onLeave={save.reset}
    />
  );
}
