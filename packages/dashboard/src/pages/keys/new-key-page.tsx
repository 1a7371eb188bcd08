import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { CreatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { NewKeyReveal } from './new-key-reveal.tsx';
import { useOneTimeKey } from './one-time-key.tsx';

/** Makes a key, then shows it once. */
export function NewKeyPage() {
  const { data: keys } = useSuspenseQuery(queries.keys());
  const [first] = useState(keys.length === 0);
  const [made, setMade] = useOneTimeKey<CreatedApiKey>();
  if (made) return <NewKeyReveal made={made} />;
  return (
    <Page
      title={first ? 'Create your first key' : 'Create an API key'}
      lead="One key for each program. You will see it once, on the next screen."
      above={<BackLink to={paths.keys()}>API keys</BackLink>}
    >
      <NewKeyForm onMade={setMade} />
    </Page>
  );
}
