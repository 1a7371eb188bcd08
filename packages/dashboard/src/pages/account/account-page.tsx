import { ROLES } from '@instavm/contract/roles';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { NUMBER_SETTINGS, type NumberSettingName } from '../../words/account-settings.ts';
import { AccountLimits, AccountMachineTimes } from './account-limits.tsx';
import { DangerZone } from './danger-zone.tsx';
import { EnvironmentsPanel } from './environment-settings.tsx';
import { NameSetting, NumberSetting } from './setting-form.tsx';
import { UnusualUse } from './unusual-use.tsx';

const NUMBERS = Object.keys(NUMBER_SETTINGS) as NumberSettingName[];

/** What holds for the whole account, and the ways out of it. */
export function AccountPage() {
  const { data: account } = useSuspenseQuery(queries.account());
  const { data: me } = useQuery(queries.whoami());
  const refusal = useRefusal('account:write');
  const keys = me?.limits.keys;
  return (
    <Page
      title="Account"
      lead={
        <>
          {account.name}, made <RelativeTime at={account.created_at} />. You are{' '}
          {ROLES[account.role].title.toLowerCase()}.
        </>
      }
    >
      <Panel title="Settings">
        <div className="flex flex-col gap-6">
          {refusal && <Notice title={refusal}>Ask an owner or an admin of the account.</Notice>}
          <NameSetting account={account} refusal={refusal} />
          {NUMBERS.map((name) => (
            <NumberSetting
              key={name}
              name={name}
              account={account}
              refusal={refusal}
              now={
                name === 'max_keys' && keys
                  ? `Now ${keys.used.toLocaleString('en-GB')} of ${keys.max.toLocaleString('en-GB')}.`
                  : null
              }
            />
          ))}
        </div>
      </Panel>
      <AccountLimits account={account} refusal={refusal} />
      <AccountMachineTimes account={account} refusal={refusal} />
      <EnvironmentsPanel refusal={refusal} />
      <UnusualUse account={account} refusal={refusal} />
      <DangerZone account={account} />
    </Page>
  );
}
