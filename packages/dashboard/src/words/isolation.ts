import { ISOLATIONS, type Isolation } from '@instavm/contract/states';

/** What more there is to know for whoever decides what code to let in. */
const ADVICE: Record<Isolation, string> = {
  kvm: 'Code inside runs at nearly full speed, and reaches this box only through what the server lets out.',
  emulated:
    'Code inside runs several times slower than on this box, and reaches it only through what the server lets out. Where the box offers KVM, the server uses it by itself.',
  none: 'It is for the development of InstaVM itself: give it no code that you would not run yourself.',
};

export interface IsolationWords {
  short: string;
  long: string;
}

/** What keeps a machine apart from the box, in plain words; null = the machine has no place yet. */
export function isolationInWords(isolation: string | null): IsolationWords {
  if (isolation === null) return { short: 'Not placed yet', long: 'The machine is being made.' };
  if (!Object.hasOwn(ISOLATIONS, isolation))
    return { short: isolation, long: `The server reports "${isolation}".` };
  const name = isolation as Isolation;
  return { short: ISOLATIONS[name].label, long: `${ISOLATIONS[name].meaning} ${ADVICE[name]}` };
}
