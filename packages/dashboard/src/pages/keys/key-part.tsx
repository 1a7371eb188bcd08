import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api } from '../../api/client.ts';
import type { ApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { EditPanel } from '../../ui/edit-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { formErrors } from './field-errors.ts';
import { useKeyChanged } from './key-acts.ts';
import { changesOf, draftOf, draftProblems, type KeyDraft } from './key-draft.ts';
import { keyName } from './key-words.ts';

export interface KeyPartProps {
  apiKey: ApiKey;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  refusal: string | null;
}

interface FormParts {
  draft: KeyDraft;
  change: (part: Partial<KeyDraft>) => void;
  errors: Readonly<Record<string, string>>;
}

interface KeyPartFrameProps extends KeyPartProps {
  title: string;
  form: (parts: FormParts) => ReactNode;
  /** Why this draft may not be saved, beyond what is wrong with its fields. */
  veto?: (draft: KeyDraft) => string | null;
  children: ReactNode;
}

/** One part of a key's settings: shown, or edited and saved by itself. Only what was changed is sent. */
export function KeyPart({ apiKey, title, form, veto, children, ...panel }: KeyPartFrameProps) {
  const { editing, onEdit, refusal } = panel;
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  const toast = useToast();
  const [draft, setDraft] = useState<KeyDraft | null>(null);
  const shown = draft ?? draftOf(apiKey);
  const changes = changesOf(apiKey, shown, Date.now());
  const save = useMutation({
    mutationFn: () => confirmed(() => api.updateKey(apiKey.id, changes)),
    onSuccess: async (key) => {
      leave();
      toast({
        tone: 'good',
        title: `${keyName(key)} is changed`,
        detail: 'In force from the next request on.',
      });
      await changed(key);
    },
  });
  const leave = () => {
    setDraft(null);
    save.reset();
    onEdit(false);
  };
  const { fields, rest } = formErrors(save.error);
  const problems = draftProblems(shown, Date.now());
  const relevant = Object.entries(problems).filter(([name]) => name in changes);
  const nothing = Object.keys(changes).length === 0 ? 'Nothing is changed yet.' : null;
  return (
    <EditPanel
      title={title}
      editing={editing && refusal === null}
      onEdit={(next) => (next ? onEdit(true) : leave())}
      refusal={refusal}
      onSave={() => save.mutate()}
      saving={save.isPending}
      saveRefusal={relevant[0]?.[1] ?? veto?.(shown) ?? nothing}
      form={
        <>
          {form({
            draft: shown,
            change: (part) => setDraft({ ...shown, ...part }),
            errors: { ...fields, ...Object.fromEntries(relevant) },
          })}
          {rest && <Notice tone="bad" alert title={rest} />}
        </>
      }
    >
      {children}
    </EditPanel>
  );
}
