import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

interface AppLinkProps extends Omit<ComponentProps<'a'>, 'href' | 'ref' | 'target'> {
  /** From `paths`, with its query if it has one. */
  to: string;
}

/** A link to any address of `paths`. The router's own takes path and query apart. */
export function AppLink({ to, ...rest }: AppLinkProps) {
  const [pathname, query = ''] = to.split('?', 2);
  return <Link {...rest} to={pathname!} search={Object.fromEntries(new URLSearchParams(query)) as never} />;
}
