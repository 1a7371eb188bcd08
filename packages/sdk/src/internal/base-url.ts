import { InstaVMError } from '../core/errors.ts';

/** Text of an address -> the same without slashes at its end. Throws InstaVMError before anything is sent. */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!url || !isHttp || url.username || url.search || url.hash) throw notAnAddress();
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw plainHttp(url);
  return text.trim().replace(/\/+$/, '');
}

/** This machine, by the names that no network can answer for. The parser of URLs has put addresses in one form. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function notAnAddress(): InstaVMError {
  return new InstaVMError({
    code: 'invalid_base_url',
    title: 'Invalid base URL',
    detail: 'The base URL is not an http or https address',
    hint: 'Give one like https://instavm.example.com, without user name or query',
  });
}

function plainHttp({ host }: URL): InstaVMError {
  return new InstaVMError({
    code: 'insecure_base_url',
    title: 'Plain http refused',
    detail: `http://${host} is another machine, and without encryption everyone on the way could read the API key`,
    hint: `Use the https address of the server, such as https://${host.replace(/:\d+$/, '')}; nothing was sent`,
  });
}
