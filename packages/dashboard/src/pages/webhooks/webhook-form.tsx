import { AUDIT_EVENT_GROUPS } from '@instavm/contract/audit-events';
import { TextField } from '../../ui/field.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { errorsAtFields } from '../../words/form-errors.ts';
import { splitPatterns } from './webhook-words.ts';

export interface WebhookDraft {
  url: string;
  description: string;
  patterns: string;
}

interface WebhookFieldsProps {
  draft: WebhookDraft;
  onChange: (draft: WebhookDraft) => void;
  errors: Readonly<Record<string, string>>;
}

/** Where events go, and which. */
export function WebhookFields({ draft, onChange, errors }: WebhookFieldsProps) {
  const chosen = splitPatterns(draft.patterns);
  const toggle = (pattern: string) => {
    const next = chosen.includes(pattern) ? chosen.filter((one) => one !== pattern) : [...chosen, pattern];
    onChange({ ...draft, patterns: next.join(' ') });
  };
  return (
    <>
      <TextField
        label="Address"
        name="url"
        type="url"
        required
        placeholder="https://example.org/instavm"
        autoComplete="off"
        value={draft.url}
        onChange={(event) => onChange({ ...draft, url: event.target.value })}
        error={errors.url}
        hint="https, and on the public internet unless the operator allows its network."
      />
      <TextField
        label="Description"
        autoComplete="off"
        value={draft.description}
        onChange={(event) => onChange({ ...draft, description: event.target.value })}
        error={errors.description}
      />
      <div className="flex flex-col gap-2">
        <TextArea
          label="Events"
          rows={2}
          spellCheck={false}
          value={draft.patterns}
          onChange={(event) => onChange({ ...draft, patterns: event.target.value })}
          error={errors.event_patterns}
          hint="Names or patterns such as vm.terminated or api_key.*, with spaces between. Empty: all events."
          className="font-mono text-small"
        />
        <div className="flex flex-wrap gap-1.5">
          {AUDIT_EVENT_GROUPS.map((group) => (
            <button
              key={group}
              type="button"
              aria-pressed={chosen.includes(`${group}.*`)}
              onClick={() => toggle(`${group}.*`)}
              className="h-6 rounded-small border border-line px-2 font-mono text-note text-soft hover:text-ink aria-pressed:border-brass-ink aria-pressed:bg-brass-soft aria-pressed:text-ink"
            >
              {group}.*
            </button>
          ))}
        </div>
      </div>
    </>
  );
}

/** As the API takes it. */
export function webhookFields({ url, description, patterns }: WebhookDraft) {
  const events = splitPatterns(patterns);
  return {
    url: url.trim(),
    description: description.trim() || null,
    event_patterns: events.length === 0 ? ['*'] : events,
  };
}

const NAMES = { url: 'The address', description: 'The description', event_patterns: 'The list' };

/** The server's refusal of them, each part at its field. */
export const webhookErrors = (error: Error | null) => errorsAtFields(error, NAMES);
