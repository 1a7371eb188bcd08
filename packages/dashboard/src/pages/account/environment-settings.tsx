import { ENVIRONMENTS } from '@instavm/contract/states';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { EnvironmentSettings, EnvironmentSettingsUpdate } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { TabPanel } from '../../ui/tabs.tsx';
import { useToast } from '../../ui/toast.tsx';
import { AddressesField } from '../keys/addresses-field.tsx';
import { BoundsPanel } from '../limits/bounds-panel.tsx';
import { settingErrors } from './save-account.ts';

const RATES = { rate_limit: { label: 'All its keys together', inherit: null } };
const AMOUNTS = [
  'concurrent_requests',
  'machine_lifetime_seconds',
  'machine_idle_timeout_seconds',
  'machine_lifetime_max_seconds',
] as const;

/** What differs from the account in each environment. */
export function EnvironmentsPanel({ refusal }: { refusal: string | null }) {
  const { data } = useQuery(queries.environments());
  if (!data) return null;
  return (
    <TabPanel
      title="Environments"
      tabs={data.map((settings) => ({
        id: settings.environment,
        label: ENVIRONMENTS[settings.environment].label,
        content: <EnvironmentPart settings={settings} refusal={refusal} />,
      }))}
    />
  );
}

function EnvironmentPart({ settings, refusal }: { settings: EnvironmentSettings; refusal: string | null }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [networks, setNetworks] = useState<string[] | null>(null);
  const { label } = ENVIRONMENTS[settings.environment];
  const save = useMutation({
    mutationFn: (changes: EnvironmentSettingsUpdate) => api.updateEnvironment(settings.environment, changes),
    onSuccess: async () => {
      setNetworks(null);
      toast({ tone: 'good', title: `${label}: saved`, detail: 'In force from the next request on.' });
      await queryClient.invalidateQueries({ queryKey: queries.environments().queryKey });
    },
  });
  const errors = settingErrors(save.error);
  const shown = networks ?? settings.networks;
  return (
    <div className="flex flex-col gap-4 p-4">
      <BoundsPanel
        title={`${label}: limits and times`}
        record={settings}
        rates={RATES}
        amounts={AMOUNTS}
        empty="Empty: as the account."
        refusal={refusal}
        saving={save.isPending}
        errors={errors}
        onSave={(changes, done) => save.mutate(changes, { onSuccess: done })}
        onLeave={save.reset}
      />
      <form
        aria-label={`Networks of ${label.toLowerCase()}`}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (networks && !save.isPending) save.mutate({ networks });
        }}
      >
        <AddressesField
          label="Its keys are used from"
          none="A key of another environment that is used from here is reported as unusual. Without any, nothing is compared."
          value={shown}
          onChange={setNetworks}
          error={errors.fields.networks}
        />
        <div>
          <Button
            type="submit"
            busy={save.isPending && 'Saving'}
            disabledReason={refusal ?? (networks ? null : 'Nothing is changed yet.')}
          >
            Save networks
          </Button>
        </div>
      </form>
    </div>
  );
}
