import { Choice } from '../../ui/choice.tsx';
import { cx } from '../../ui/cx.ts';
import { inputClass } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { type RateLimitDraft, readRateDraft } from './rate-limit-draft.ts';

const WINDOWS = [
  { value: '1', label: 'a second' },
  { value: '60', label: 'a minute' },
  { value: '3600', label: 'an hour' },
  { value: '86400', label: 'a day' },
];

interface RateLimitFieldProps {
  label: string;
  draft: RateLimitDraft;
  onChange: (draft: RateLimitDraft) => void;
  /** What `null` follows: `As the account`. Null where there is nothing behind it. */
  inherit: { label: string; hint: string } | null;
  error?: string | null | undefined;
}

/** Requests in a time, and how many of them may come at once. */
export function RateLimitField({ label, draft, onChange, inherit, error }: RateLimitFieldProps) {
  const problem = readRateDraft(draft).problem ?? error;
  const windows = WINDOWS.some(({ value }) => value === draft.windowSeconds)
    ? WINDOWS
    : [...WINDOWS, { value: draft.windowSeconds, label: `in ${draft.windowSeconds} s` }];
  return (
    <div className="flex flex-col gap-2">
      <Choice
        label={label}
        value={draft.choice}
        onChange={(choice) => onChange({ ...draft, choice })}
        options={[
          ...(inherit ? [{ value: 'inherit' as const, ...inherit }] : []),
          { value: 'off' as const, label: 'No limit', hint: inherit ? 'Wider limits stay in force.' : '' },
          {
            value: 'own' as const,
            label: 'Limit',
            hint: 'Refilled evenly; whoever exceeds it is told how long to wait.',
          },
        ]}
      />
      {draft.choice === 'own' && (
        <div className="flex flex-wrap items-center gap-2">
          <NumberBox
            label="Requests"
            value={draft.requests}
            onChange={(requests) => onChange({ ...draft, requests })}
          />
          requests
          <Select
            aria-label="Window"
            className="w-32"
            value={draft.windowSeconds}
            onChange={(event) => onChange({ ...draft, windowSeconds: event.target.value })}
            options={windows}
          />
          , of which
          <NumberBox
            label="At once"
            value={draft.burst}
            onChange={(burst) => onChange({ ...draft, burst })}
          />
          may come at once
        </div>
      )}
      {problem && <p className="text-bad text-small">{problem}</p>}
    </div>
  );
}

interface NumberBoxProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function NumberBox({ label, value, onChange }: NumberBoxProps) {
  return (
    <input
      aria-label={label}
      inputMode="numeric"
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cx(inputClass, 'max-w-24 text-right')}
    />
  );
}
