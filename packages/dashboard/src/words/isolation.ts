export type Isolation = 'kvm' | 'emulated' | 'none';

interface IsolationWords {
  short: string;
  long: string;
}

const WORDS: Record<Isolation, IsolationWords> = {
  kvm: {
    short: 'Own kernel, hardware',
    long: 'Each machine has its own Linux kernel, kept apart by the processor itself (KVM). Code inside runs at nearly full speed.',
  },
  emulated: {
    short: 'Own kernel, emulated',
    long: 'Each machine has its own Linux kernel on an emulated processor, because this box offers no hardware virtualization. It is kept apart as a real machine is, and runs code several times slower.',
  },
  none: {
    short: 'Not isolated',
    long: 'This driver does not isolate: code runs as a process on this box. It is for development of InstaVM itself. Do not give it code that you would not run yourself.',
  },
};

/** What keeps a machine apart from the box, in plain words. */
export function isolationInWords(isolation: string): IsolationWords {
  return WORDS[isolation as Isolation] ?? { short: isolation, long: `The server reports "${isolation}".` };
}
