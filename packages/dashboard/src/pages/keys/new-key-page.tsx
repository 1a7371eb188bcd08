import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { CreatedApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { NewKeyReveal } from './new-key-reveal.tsx';

/** Makes a key, then shows it. The key lives in this page's memory alone and is gone when one leaves. */
export function NewKeyPage() {
  const { data: keys } = useSuspenseQuery(queries.keys());
  const [first] = useState(keys.length === 0);
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  useEffect(() => {
    // The browser may keep a page that one leaves, for its back button: then without the key.
    const forget = () => setMade(null);
    window.addEventListener('pagehide', forget);
    return () => window.removeEventListener('pagehide', forget);
  }, []);
  if (made) return <NewKeyReveal made={made} />;
  return (
    <Page
      title={first ? 'Create your first key' : 'Create an API key'}
      lead="One key for each program. You will see it once, on the next screen."
      above={
        <Link
          to={paths.keys()}
          className="mb-1 inline-flex items-center gap-1.5 text-small text-soft hover:text-ink"
        >
          <ArrowLeft size={14} aria-hidden /> API keys
        </Link>
      }
    >
      <NewKeyForm onMade={setMade} />
    </Page>
  );
}
