import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';

/** Above a page's title: the list that it belongs to. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className="mb-1 inline-flex items-center gap-1.5 text-small text-soft hover:text-ink">
      <ArrowLeft size={14} aria-hidden /> {children}
    </Link>
  );
}
