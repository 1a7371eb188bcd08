/** `python-requests/2.32.3 …` and the like, cut to what a person recognises. */
export function clientInWords(client: string | null | undefined): string {
  if (!client) return 'an unnamed client';
  const first = client.trim().split(/[\s;(]/)[0] ?? '';
  if (/^Mozilla\//.test(first)) return browserIn(client);
  return first.replace('/', ' ') || 'an unnamed client';
}

/** The same without its version, where there is little room. */
export const clientName = (client: string | null | undefined) =>
  clientInWords(client).replace(/ v?\d[\w.+-]*$/, '');

/** A sign-in's client: the browser and, where it says so, the system under it. */
export function browserInWords(client: string | null | undefined): string {
  const system = SYSTEMS.find(([mark]) => client?.includes(mark))?.[1];
  return system ? `${clientInWords(client)} on ${system}` : clientInWords(client);
}

/** Phones first: they name the desktop system that they descend from as well. */
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'an iPhone'],
  ['iPad', 'an iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'a Mac'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

function browserIn(userAgent: string): string {
  const found = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/.exec(userAgent);
  return found ? `${found[1] === 'Edg' ? 'Edge' : found[1]} ${found[2]}` : 'a browser';
}

/** An address as a person reads it: loopback by its meaning. */
export function addressInWords(address: string | null | undefined): string {
  if (!address) return 'an unknown address';
  const plain = address.replace(/^::ffff:/, '');
  return plain === '127.0.0.1' || plain === '::1' ? `this box (${plain})` : plain;
}
