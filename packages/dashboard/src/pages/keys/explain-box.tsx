import endpoints from '@instavm/contract/endpoints.txt?raw';
import { PERMISSIONS, type Permission } from '@instavm/contract/permissions';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { queries } from '../../api/queries.ts';
import { Choice } from '../../ui/choice.tsx';
import { Field, inputClass, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/page.tsx';
import { GroupedSelect, Select } from '../../ui/select.tsx';
import { useSettled } from '../../ui/use-settled.ts';
import { operationGroups, operationTitle, readOperations } from '../../words/operations.ts';
import {
  addressProblem,
  FIRST_QUESTION,
  METHODS,
  pathProblem,
  type QuestionDraft,
  questionOf,
} from './explain-question.ts';
import { ExplainVerdict } from './explain-verdict.tsx';

/** "May this key do that?": the server's own rules answer, as they would for the request itself. */
export function ExplainBox({ id }: { id: number }) {
  const [draft, setDraft] = useState<QuestionDraft>(FIRST_QUESTION);
  const change = (part: Partial<QuestionDraft>) => setDraft((known) => ({ ...known, ...part }));
  const question = useSettled(questionOf(draft));
  const answer = useQuery({
    ...queries.explain(id, question),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title="May this key do that?">
      <div className="flex flex-col gap-4">
        <Choice
          label="Ask about"
          options={[
            { value: 'operation', label: 'An operation' },
            { value: 'path', label: 'Method and path' },
          ]}
          value={draft.by}
          onChange={(by) => change({ by })}
        />
        {draft.by === 'operation' ? (
          <OperationField value={draft.operation} onChange={(operation) => change({ operation })} />
        ) : (
          <PathFields draft={draft} onChange={change} />
        )}
        <TextField
          label="From the address (optional)"
          value={draft.address}
          onChange={(event) => change({ address: event.target.value })}
          placeholder="192.0.2.7"
          autoComplete="off"
          spellCheck={false}
          error={addressProblem(draft.address)}
          className="max-w-60 font-mono text-small"
        />
        <ExplainVerdict answer={answer.data} error={answer.error} isWhole={question !== null} />
      </div>
    </Panel>
  );
}

function OperationField({ value, onChange }: { value: string; onChange: (operation: string) => void }) {
  const operations = useMemo(() => readOperations(endpoints), []);
  const chosen = operations.find(({ id }) => id === value);
  return (
    <Field
      label="Operation"
      hint={
        chosen && (
          <>
            <code>
              {chosen.method} {chosen.path}
            </code>
            {chosen.permission && <>, needs: {meaningOf(chosen.permission)}</>}
          </>
        )
      }
    >
      {(given) => (
        <GroupedSelect
          {...given}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          groups={operationGroups(operations).map(([label, entries]) => ({
            label,
            options: entries.map((operation) => ({
              value: operation.id,
              label: `${label}: ${operationTitle(operation).toLowerCase()}`,
            })),
          }))}
        />
      )}
    </Field>
  );
}

interface PathFieldsProps {
  draft: QuestionDraft;
  onChange: (part: Partial<QuestionDraft>) => void;
}

function PathFields({ draft, onChange }: PathFieldsProps) {
  return (
    <Field label="Path" error={pathProblem(draft)} hint="As a program would call it, such as /v1/vms.">
      {(given) => (
        <span className="flex gap-2">
          <Select
            aria-label="Method"
            className="w-28 shrink-0"
            value={draft.method}
            onChange={(event) => onChange({ method: event.target.value })}
            options={METHODS.map((method) => ({ value: method, label: method }))}
          />
          <input
            {...given}
            value={draft.path}
            onChange={(event) => onChange({ path: event.target.value })}
            autoComplete="off"
            spellCheck={false}
            maxLength={2000}
            className={`${inputClass} font-mono text-small`}
          />
        </span>
      )}
    </Field>
  );
}

function meaningOf(permission: string): string {
  const known = Object.hasOwn(PERMISSIONS, permission) ? PERMISSIONS[permission as Permission] : permission;
  return known.charAt(0).toLowerCase() + known.slice(1);
}
