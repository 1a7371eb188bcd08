interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  onRun: () => void;
}

/** A text area: it grows with its text. Tab moves on, so the keyboard is never trapped. */
export function CodeEditor({ value, onChange, onRun }: CodeEditorProps) {
  return (
    <textarea
      aria-label="Code"
      value={value}
      rows={7}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onRun();
      }}
      className="field-sizing-content block max-h-[60vh] min-h-40 w-full resize-y bg-surface px-4 py-3 font-mono text-small leading-5 focus-visible:-outline-offset-2"
    />
  );
}
