import { unbuilt } from '../operation.ts';

export const customDomains = {
  create: unbuilt(
    'customDomains.create',
    'DOM-1',
    'POST',
    '/v1/custom-domains',
    'domains:write',
    'Add a custom domain',
  ),
  list: unbuilt(
    'customDomains.list',
    'DOM-2',
    'GET',
    '/v1/custom-domains',
    'domains:read',
    'List custom domains',
  ),
  get: unbuilt(
    'customDomains.get',
    'DOM-3',
    'GET',
    '/v1/custom-domains/{id}',
    'domains:read',
    'Show a custom domain',
  ),
  health: unbuilt(
    'customDomains.health',
    'DOM-4',
    'GET',
    '/v1/custom-domains/{id}/health',
    'domains:read',
    'Show whether a custom domain works',
  ),
  verify: unbuilt(
    'customDomains.verify',
    'DOM-5',
    'POST',
    '/v1/custom-domains/{id}/verify',
    'domains:write',
    'Verify a custom domain',
  ),
  delete: unbuilt(
    'customDomains.delete',
    'DOM-6',
    'DELETE',
    '/v1/custom-domains/{id}',
    'domains:write',
    'Remove a custom domain',
  ),
};
