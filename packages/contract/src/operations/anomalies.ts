import { z } from 'zod';
import { operation } from '../operation.ts';
import { anomaly, anomalyParams, anomalyQuery, anomalyQuiet } from '../schemas/anomaly.ts';

const ITEM = '/v1/anomalies/{anomaly_id}';
const params = anomalyParams;

/** What is unusual about the use of keys. */
export const anomalies = {
  list: operation({
    id: 'anomalies.list',
    published: null,
    method: 'GET',
    path: '/v1/anomalies',
    credential: 'header',
    permission: 'keys:read',
    built: true,
    summary: 'List unusual uses of keys',
    request: { query: anomalyQuery },
    response: { status: 200, body: z.array(anomaly) },
  }),
  get: operation({
    id: 'anomalies.get',
    published: null,
    method: 'GET',
    path: ITEM,
    credential: 'header',
    permission: 'keys:read',
    built: true,
    summary: 'Show an unusual use of a key',
    request: { params },
    response: { status: 200, body: anomaly },
    errors: [404],
  }),
  quiet: operation({
    id: 'anomalies.quiet',
    published: null,
    method: 'POST',
    path: `${ITEM}/quiet`,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'Raise the like no more for some days',
    request: { params, body: anomalyQuiet.prefault({}) },
    response: { status: 200, body: anomaly },
    errors: [404],
  }),
  resolve: operation({
    id: 'anomalies.resolve',
    published: null,
    method: 'POST',
    path: `${ITEM}/resolve`,
    credential: 'header',
    permission: 'keys:write',
    built: true,
    summary: 'Close an anomaly: it was looked into',
    request: { params },
    response: { status: 200, body: anomaly },
    errors: [404],
  }),
};
