import inject from 'light-my-request';
import { Provider } from 'oidc-provider';

const client = { client_id: 'bench', client_secret: 'a secret of the bench' };
const headers = {
  authorization: `Basic ${Buffer.from(`${client.client_id}:${encodeURIComponent(client.client_secret)}`).toString('base64')}`,
  'content-type': 'application/x-www-form-urlencoded',
};

/** Introspection of an opaque token, memory adapter, called in process without a socket. */
export async function oidcProvider() {
  const provider = new Provider('http://127.0.0.1', {
    clients: [{ ...client, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      devInteractions: { enabled: false },
    },
  });
  const answer = provider.callback();
  const post = async (url, form) => {
    const { body, statusCode } = await inject(answer, {
      method: 'POST',
      url,
      headers,
      payload: new URLSearchParams(form).toString(),
    });
    if (statusCode !== 200) throw new Error(`oidc-provider answered ${statusCode}: ${body}`);
    return JSON.parse(body);
  };
  const { access_token: token } = await post('/token', { grant_type: 'client_credentials' });
  return {
    name: 'oidc-provider 9.13.3',
    setting: 'memory adapter, opaque token',
    sample: [token],
    check: async (text) => (await post('/token/introspection', { token: text })).active,
    close() {},
  };
}
