import { CodeBlock } from '../../ui/code-block.tsx';
import { Panel } from '../../ui/page.tsx';
import { TabPanel } from '../../ui/tabs.tsx';
import { keyLines, storeLine } from '../../words/key-lines.ts';

interface KeyLinesProps {
  title: string;
  fullKey: string;
  onCopied: () => void;
}

/** Lines that hold the key, ready to paste. */
export function KeyLines({ title, fullKey, onCopied }: KeyLinesProps) {
  return (
    <TabPanel
      title={title}
      tabs={keyLines(fullKey, window.location.origin).map(({ id, label, needs, code }) => ({
        id,
        label,
        content: <CodeBlock code={code} label={`${label} lines`} caption={needs} onCopied={onCopied} />,
      }))}
    />
  );
}

export function StoreWithCli() {
  return (
    <Panel title="Store it with the CLI" flush>
      <CodeBlock
        code={storeLine(window.location.origin)}
        label="store line"
        caption="It asks for the key and hides what you paste, so the key stays out of your shell history."
      />
    </Panel>
  );
}
