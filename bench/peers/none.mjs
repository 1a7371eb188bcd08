/** The ceiling: the same small server without a check. */
export async function none() {
  return { name: 'Fastify 5.12.8', setting: 'no check', sample: [''], check: () => true, close() {} };
}
