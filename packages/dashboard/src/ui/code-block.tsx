import { CopyButton } from './copy-button.tsx';
import { ScrollText } from './scroll-text.tsx';

interface CodeBlockProps {
  code: string;
  /** Its name for the copy button and for readers: `curl lines`. */
  label: string;
  /** What to know before pasting. */
  caption: string;
  onCopied?: () => void;
}

/** Text to paste elsewhere, with its copy button. Fills the panel that it stands in. */
export function CodeBlock({ code, label, caption, onCopied }: CodeBlockProps) {
  return (
    <div className="min-w-0">
      <div className="flex items-center justify-between gap-4 py-1.5 pr-2 pl-4">
        <p className="text-small text-soft">{caption}</p>
        <CopyButton text={code} label={`Copy ${label}`} onCopied={onCopied} />
      </div>
      <div className="border-line border-t bg-sunken">
        <ScrollText label={label} text={code} className="px-4 py-3" />
      </div>
    </div>
  );
}
