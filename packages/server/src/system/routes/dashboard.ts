import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../../http/errors.ts';

const DIST = fileURLToPath(new URL('../../../../dashboard/dist/', import.meta.url));

// Nothing from elsewhere, nothing inline.
const SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Paths that are the API's: an unknown one is an error in JSON, never the dashboard's page. */
const API =
  /^\/(v1|app|api|oauth|docs|execute|execute_async|upload|download|kill|healthz|readyz|metrics|openapi\.json)(\/|\?|$)/;

/** The built dashboard; every path of its own gives its page. */
export async function dashboardRoutes(app: FastifyInstance): Promise<void> {
  if (!existsSync(DIST)) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The dashboard is not built. Start with: npm start\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: DIST,
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', SECURITY_POLICY);
      const hashed = path.includes('/assets/');
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/*', async (request, reply) => {
    if (API.test(request.url)) throw notFound('path');
    return reply.sendFile('index.html');
  });
}
