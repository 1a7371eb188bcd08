import { CopyButton } from './copy-button.tsx';
import { ScrollText } from './scroll-text.tsx';

interface CodeBlockProps {
  code: string;
  /** Its name for the copy button and for readers: `curl lines`. */
  label: string;
  onCopied?: () => void;
}

/** Text to paste elsewhere, with its copy button. */
export function CodeBlock({ code, label, onCopied }: CodeBlockProps) {
  return (
    <div className="overflow-hidden rounded-control border border-line bg-sunken">
      <div className="flex justify-end border-line border-b px-1 py-0.5">
        <CopyButton text={code} label={`Copy ${label}`} onCopied={onCopied} />
      </div>
      <ScrollText label={label} text={code} className="px-3.5 py-3" />
    </div>
  );
}
