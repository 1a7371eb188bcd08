import { expandScopes, PRESETS } from '@instavm/contract/permissions';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { groupsOf, lacking, presetOf } from '../../words/scopes.ts';
import { KeyPart, type KeyPartProps } from './key-part.tsx';
import { ScopesField } from './scopes-field.tsx';

/** What the key may do, in words. */
export function KeyRights(props: KeyPartProps) {
  const { data: whoami } = useQuery(queries.whoami());
  const held = whoami?.credential.permissions;
  return (
    <KeyPart
      {...props}
      title="What it may do"
      veto={({ scopes }) =>
        lacking(scopes, held).length > 0 ? 'The key would get more than you may do yourself.' : null
      }
      form={({ draft, change, errors }) => (
        <ScopesField
          value={draft.scopes}
          onChange={(scopes) => change({ scopes })}
          held={held}
          error={errors.scopes}
        />
      )}
    >
      <Rights scopes={props.apiKey.scopes} />
    </KeyPart>
  );
}

function Rights({ scopes }: { scopes: readonly string[] }) {
  const preset = presetOf(scopes);
  const groups = groupsOf([...expandScopes(scopes)].filter((name) => name !== 'self:read'));
  const count = groups.reduce((sum, { permissions }) => sum + permissions.length, 0);
  return (
    <div className="flex flex-col gap-3">
      <p>
        {preset ? (
          <>
            <span className="font-semibold">{PRESETS[preset].title}.</span>{' '}
            <span className="text-soft">{PRESETS[preset].meaning}</span>
          </>
        ) : (
          <span className="font-semibold">
            {count === 1 ? 'One permission' : `${count} permissions`}, chosen one by one
          </span>
        )}
      </p>
      <details className="group" open={!preset && count <= 12}>
        <summary className="w-fit list-none rounded-small [&::-webkit-details-marker]:hidden text-small text-soft underline underline-offset-2 hover:text-ink">
          <span className="group-open:hidden">Show all {count}</span>
          <span className="hidden group-open:inline">Hide them</span>
        </summary>
        <dl className="mt-3 grid gap-x-6 gap-y-2.5 text-small sm:grid-cols-[9rem_minmax(0,1fr)]">
          {groups.map(({ resource, title, permissions }) => (
            <div key={resource} className="sm:col-span-2 sm:grid sm:grid-cols-subgrid">
              <dt className="font-medium">{title}</dt>
              {permissions.map(({ name, meaning }) => (
                <dd key={name} title={name} className="text-soft sm:col-start-2">
                  {meaning}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </details>
      <p className="text-faint text-small">
        Its owner's role bounds it too: what the owner may not do, the key may not either.
      </p>
    </div>
  );
}
