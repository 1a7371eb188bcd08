import { expandScopes, PRESET_NAMES, PRESETS, type PresetName } from '@instavm/contract/permissions';
import { useState } from 'react';
import { Choice, type ChoiceOption } from '../../ui/choice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { lacking, presetOf } from '../../words/scopes.ts';
import { ScopePicker } from './scope-picker.tsx';

type ScopeChoice = PresetName | 'own';

const CHOICES: ChoiceOption<ScopeChoice>[] = [
  ...PRESET_NAMES.map((name) => ({ value: name, label: PRESETS[name].title, hint: PRESETS[name].meaning })),
  { value: 'own', label: 'Choose each', hint: 'Give it only what its program needs.' },
];

interface ScopesFieldProps {
  value: readonly string[];
  onChange: (scopes: string[]) => void;
  /** What its maker may do; undefined while nobody knows. */
  held: readonly string[] | undefined;
  error?: string | null | undefined;
}

/** What the key may do: a preset, or each permission by itself, in words. */
export function ScopesField({ value, onChange, held, error }: ScopesFieldProps) {
  const preset = presetOf(value);
  const [own, setOwn] = useState(preset === null);
  const missing = lacking(value, held);
  return (
    <div className="flex flex-col gap-3">
      <Choice
        label="May do"
        options={CHOICES}
        value={own || preset === null ? 'own' : preset}
        onChange={(choice) => {
          setOwn(choice === 'own');
          if (choice !== 'own') onChange([choice]);
          // From everything one would only take away; from a smaller preset one goes on.
          else if (preset === 'full') onChange([]);
        }}
      />
      {(own || preset === null) && (
        <ScopePicker chosen={expandScopes(value)} held={held} onChange={onChange} />
      )}
      {error && <p className="text-bad text-small">{error}</p>}
      {missing.length > 0 && (
        <Notice tone="warn" title="More than you may do yourself">
          Nobody hands out what they do not hold. You lack {missing.slice(0, 4).join(', ')}
          {missing.length > 4 && ` and ${missing.length - 4} more`}.
        </Notice>
      )}
    </div>
  );
}
