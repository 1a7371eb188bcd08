import fastify from 'fastify';

/**
 * The smallest server that checks a key: the same for every peer.
 * @returns {Promise<{port: number, close(): Promise<void>}>}
 */
export async function serve({ check, plugin }) {
  const app = fastify({ forceCloseConnections: true });
  if (plugin) await plugin(app);
  else app.addHook('onRequest', hookOf(check));
  app.get('/', async () => ({ ok: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: app.server.address().port, close: () => app.close() };
}

/** A check that answers at once gets a hook without a promise, the faster kind. */
function hookOf(check) {
  const keyOf = (request) => request.headers['x-api-key'] ?? '';
  const refuse = (reply) => reply.code(401).send({ error: 'unauthorized' });
  return (request, reply, done) => {
    const accepted = check(keyOf(request));
    if (accepted === true) return done();
    if (accepted === false) return refuse(reply);
    accepted.then((result) => (result ? done() : refuse(reply)), done);
  };
}
