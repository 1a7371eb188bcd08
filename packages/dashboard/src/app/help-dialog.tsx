import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { useShortcut, useShortcuts } from '../ui/shortcuts.tsx';

/** `?`: the keys that work on this page, and the switch that turns single keys off. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  useShortcut('?', 'This help', () => onOpenChange(true));
  return (
    <Dialog open={open} onClose={() => onOpenChange(false)} title="Keyboard">
      <ShortcutList />
    </Dialog>
  );
}

function ShortcutList() {
  const { all, on, setOn } = useShortcuts();
  const [rows] = useState(() => [...all].map(({ key, does }) => ({ keys: [key], does })));
  const fixed = [
    { keys: ['Ctrl', 'Enter'], does: 'Run the code in the editor (on a Mac: Cmd)' },
    { keys: ['Esc'], does: 'Close a dialog, empty the search' },
  ];
  return (
    <>
      <dl className="flex flex-col divide-y divide-line">
        {[...rows, ...fixed].map(({ keys, does }) => (
          <div key={does} className="flex items-center justify-between gap-4 py-2">
            <dt>{does}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="flex items-center gap-2 text-small text-soft">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setOn(event.target.checked)}
          className="accent-brass-ink"
        />
        Single-key shortcuts are on
      </label>
    </>
  );
}
