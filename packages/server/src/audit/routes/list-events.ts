import { audit } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { auditRecord } from '../event.ts';
import { type AuditReadDeps, newestEvents } from '../store.ts';

const DEFAULT_LIMIT = 50;

export const listAuditEvents = (deps: AuditReadDeps) =>
  bind(audit.listEvents, async ({ principal }, { query }) => {
    const { cursor, limit = DEFAULT_LIMIT, ...filters } = query;
    // One more than the page, which tells whether there is another page.
    const rows = await newestEvents(deps, principal, filters, { before: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return {
      items: items.map(auditRecord),
      next_cursor: rows.length > limit ? String(items.at(-1)!.seq) : null,
    };
  });
