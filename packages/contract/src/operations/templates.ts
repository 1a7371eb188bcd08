import { unbuilt } from '../operation.ts';

/** The catalog is public: the published client reads it without a credential. */
export const templates = {
  list: unbuilt('templates.list', 'TPL-1', 'GET', '/v1/templates', null, 'List templates'),
  get: unbuilt('templates.get', 'TPL-2', 'GET', '/v1/templates/{slug}', null, 'Show a template'),
  run: unbuilt(
    'templates.run',
    'TPL-3',
    'POST',
    '/v1/templates/{slug}/runs',
    'vms:write',
    'Create a machine of a template',
  ),
  publish: unbuilt(
    'templates.publish',
    'TPL-4',
    'POST',
    '/v1/templates',
    'templates:write',
    'Publish a template',
  ),
};
