import { z } from 'zod';
import { operation } from '../operation.ts';
import { usageExportQuery, usageQuery, usage as usageSchema } from '../schemas/usage.ts';

/** Who used what, for people and for other programs. */
export const usage = {
  query: operation({
    id: 'usage.query',
    published: null,
    method: 'GET',
    path: '/v1/usage',
    credential: 'header',
    permission: 'usage:read',
    built: true,
    summary: 'Show usage by key, environment, machine, route or client',
    request: { query: usageQuery },
    response: { status: 200, body: usageSchema },
  }),
  export: operation({
    id: 'usage.export',
    published: null,
    method: 'GET',
    path: '/v1/usage/export',
    credential: 'header',
    permission: 'usage:read',
    built: true,
    summary: 'Export usage',
    request: { query: usageExportQuery },
    response: { status: 200, body: z.string(), mediaTypes: ['application/x-ndjson', 'text/csv'] },
  }),
};
