import { Plus, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Field, inputClass } from '../../ui/field.tsx';
import { checkNetwork, networkAdvice, splitNetworks } from '../../words/networks.ts';

const ENTRIES_MAX = 64;

interface AddressesFieldProps {
  label?: string;
  /** What an empty list means. */
  none?: string;
  value: readonly string[];
  onChange: (addresses: string[]) => void;
  /** Where the key was last used from, offered as an entry. */
  seenFrom?: string | null | undefined;
  error?: string | null | undefined;
}

/** The networks that a key may be used from. Each entry is checked as the server checks it, before it is in the list. */
export function AddressesField({
  label = 'Only from these addresses',
  none = 'An address or a network, IPv4 or IPv6. Without any, the key works from everywhere.',
  value,
  onChange,
  seenFrom,
  error,
}: AddressesFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const check = refused === null ? null : checkNetwork(refused);
  const problem = check && !check.ok ? check : null;

  const add = (given: string) => {
    const next = [...value];
    const wrong: string[] = [];
    for (const entry of splitNetworks(given)) {
      const result = checkNetwork(entry);
      if (!result.ok) wrong.push(entry);
      else if (!next.includes(result.network) && next.length < ENTRIES_MAX) next.push(result.network);
    }
    if (next.length !== value.length) onChange(next);
    setText(wrong.join(' '));
    setRefused(wrong[0] ?? null);
    input.current?.focus();
  };
  const seen = seenFrom ? checkNetwork(seenFrom.replace(/^::ffff:/, '')) : null;
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={label}
        error={problem ? `${refused} ${problem.problem}.` : error}
        hint={value.length === 0 ? none : undefined}
      >
        {(given) => (
          <span className="flex gap-2">
            <input
              {...given}
              ref={input}
              value={text}
              placeholder="192.0.2.0/24"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setText(event.target.value);
                setRefused(null);
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                if (text.trim()) add(text);
              }}
              className={cx(inputClass, 'max-w-80 font-mono text-small')}
            />
            <Button
              disabledReason={
                value.length >= ENTRIES_MAX
                  ? `A list has at most ${ENTRIES_MAX} entries.`
                  : text.trim() === ''
                    ? 'Type an address or a network first.'
                    : null
              }
              onClick={() => add(text)}
            >
              <Plus size={14} aria-hidden /> Add
            </Button>
          </span>
        )}
      </Field>
      {problem && problem.meant.length > 0 && (
        <div className="flex flex-wrap items-center gap-2 text-small text-soft">
          Did you mean
          {problem.meant.map((network) => (
            <Button
              key={network}
              size="small"
              onClick={() => add(text.replace(refused!, network))}
              className="font-mono"
            >
              {network}
            </Button>
          ))}
        </div>
      )}
      {value.length > 0 && (
        <ul aria-label="Addresses" className="flex flex-wrap gap-1.5">
          {value.map((network) => (
            <Entry
              key={network}
              network={network}
              onRemove={() => onChange(value.filter((other) => other !== network))}
            />
          ))}
        </ul>
      )}
      {seen?.ok && !value.includes(seen.network) && (
        <p className="text-small text-soft">
          Last used from{' '}
          <button
            type="button"
            onClick={() => add(seen.network)}
            className="font-medium text-ink underline underline-offset-2"
          >
            {seen.network}: add it
          </button>
        </p>
      )}
    </div>
  );
}

function Entry({ network, onRemove }: { network: string; onRemove: () => void }) {
  const advice = networkAdvice(network);
  return (
    <li className="inline-flex h-7 items-center gap-1 rounded-control border border-line bg-sunken pl-2.5 text-small">
      <code className="wrap-anywhere">{network}</code>
      {advice && <span className="text-warn">{advice}</span>}
      <button
        type="button"
        aria-label={`Remove ${network}`}
        onClick={onRemove}
        className="flex size-7 items-center justify-center rounded-control text-soft hover:text-ink"
      >
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}
