import { unbuilt } from '../operation.ts';

export const audit = {
  catalog: unbuilt(
    'audit.catalog',
    'AUD-1',
    'GET',
    '/v1/audit/catalog',
    'audit:read',
    'List the kinds of audit events',
  ),
  verify: unbuilt(
    'audit.verify',
    null,
    'GET',
    '/v1/audit/verify',
    'audit:read',
    'Check the chain of the audit trail',
  ),
  export: unbuilt('audit.export', null, 'GET', '/v1/audit/export', 'audit:read', 'Export the audit trail'),
  listEvents: unbuilt(
    'audit.listEvents',
    'AUD-2',
    'GET',
    '/v1/audit/events',
    'audit:read',
    'List audit events',
  ),
  getEvent: unbuilt(
    'audit.getEvent',
    'AUD-3',
    'GET',
    '/v1/audit/events/{event_id}',
    'audit:read',
    'Show an audit event',
  ),
};
