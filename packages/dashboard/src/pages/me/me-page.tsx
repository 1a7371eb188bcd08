import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { Facts } from '../../ui/facts.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

/** Who is signed in, how they sign in, and where they are. */
export function MePage() {
  const { data: person } = useSuspenseQuery(queries.session());
  const { data: accounts = [] } = useQuery(queries.accounts());
  if (!person) return null;
  const names = accounts.map(({ name }) => name).join(', ');
  return (
    <Page title="Me" lead="What is yours alone, whichever account you work in.">
      <Panel title="Who you are">
        <Facts
          facts={[
            { name: 'Name', value: person.name },
            { name: 'E-mail', value: person.email },
            { name: accounts.length > 1 ? 'Accounts' : 'Account', value: names || 'None' },
          ]}
        />
      </Panel>
      <Panel title="Password">
        <PasswordForm email={person.email} />
      </Panel>
      <SessionsPanel />
    </Page>
  );
}
