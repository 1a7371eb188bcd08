import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonLook } from './button.tsx';
import { copyText } from './copy.ts';

interface CopyButtonProps {
  text: string;
  /** What is copied, for its name: `Copy key`. */
  label: string;
  look?: ButtonLook;
  onCopied?: (() => void) | undefined;
}

type Outcome = 'copied' | 'refused' | null;

export function CopyButton({ text, label, look = 'quiet', onCopied }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    const copied = await copyText(text);
    setOutcome(copied ? 'copied' : 'refused');
    if (copied) onCopied?.();
  };
  return (
    <>
      <Button look={look} size="small" aria-label={label} onClick={copy} className="min-w-20">
        {outcome === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        {outcome === 'copied' ? 'Copied' : 'Copy'}
      </Button>
      <span role="status" className="sr-only">
        {outcome === 'copied' && 'Copied'}
        {outcome === 'refused' && 'The browser refused to copy. Select the text and copy it by hand.'}
      </span>
    </>
  );
}
