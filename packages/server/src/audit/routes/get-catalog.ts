import { AUDIT_EVENT_GROUPS, AUDIT_EVENTS, audit, auditEventsOf } from '@instavm/contract';
import { bind } from '../../http/bind.ts';

export const getAuditCatalog = () => {
  const answer = {
    catalog: Object.fromEntries(AUDIT_EVENT_GROUPS.map((group) => [group, auditEventsOf(group)])),
    descriptions: Object.assign({}, ...Object.values(AUDIT_EVENTS)) as Record<string, string>,
  };
  return bind(audit.catalog, async () => answer);
};
