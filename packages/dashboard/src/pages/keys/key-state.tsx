import { KEY_END_REASONS, KEY_STATUSES } from '@instavm/contract/states';
import type { ApiKey } from '../../api/types.ts';
import { State } from '../../ui/badge.tsx';
import { useNow } from '../../ui/now.ts';
import { STATUS_TONES } from './key-words.ts';

/** The state of a key in a word, with what it means on hover. A key whose time has not come says so. */
export function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow(60_000);
  const { status, end_reason, not_before } = apiKey;
  if (status === 'active' && not_before && Date.parse(not_before) > now) {
    return (
      <span title="It is refused until its start time.">
        <State tone="brass">Not yet valid</State>
      </span>
    );
  }
  const end = end_reason ? KEY_END_REASONS[end_reason] : null;
  return (
    <span title={end?.meaning ?? KEY_STATUSES[status].meaning}>
      <State tone={end_reason === 'leaked' ? 'bad' : STATUS_TONES[status]}>
        {end_reason === 'leaked' ? end?.label : KEY_STATUSES[status].label}
      </State>
    </span>
  );
}
