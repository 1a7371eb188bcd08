import { useRouter } from '@tanstack/react-router';
import { Ban, Pause, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { errorInWords } from '../../api/errors.ts';
import type { ApiKey } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useSwitchKey } from './key-acts.ts';
import { keyName } from './key-words.ts';
import { RevokeDialog } from './revoke-dialog.tsx';

interface KeyActionsProps {
  apiKey: ApiKey;
  refusal: string | null;
}

/** Rotate, switch off and on, revoke. */
export function KeyActions({ apiKey, refusal }: KeyActionsProps) {
  const router = useRouter();
  const toast = useToast();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const turn = useSwitchKey(apiKey);
  const isOff = apiKey.status === 'disabled';
  const isRotating = apiKey.rotation !== null;
  const onSwitch = () =>
    turn.mutate(undefined, {
      onSuccess: () =>
        toast(
          isOff
            ? { tone: 'good', title: `${keyName(apiKey)} is enabled`, detail: 'It works again.' }
            : {
                tone: 'good',
                title: `${keyName(apiKey)} is disabled`,
                detail: 'It is refused from the next request on, until somebody enables it.',
              },
        ),
      onError: (error) =>
        toast({ tone: 'bad', title: `Not ${isOff ? 'enabled' : 'disabled'}`, detail: errorInWords(error) }),
    });
  return (
    <>
      <Button
        disabledReason={refusal}
        busy={turn.isPending && (isOff ? 'Enabling' : 'Disabling')}
        onClick={onSwitch}
      >
        {isOff ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
        {isOff ? 'Enable' : 'Disable'}
      </Button>
      <Button disabledReason={refusal} onClick={() => setRevoking(apiKey)}>
        <Ban size={15} aria-hidden /> Revoke
      </Button>
      <Button
        look="primary"
        disabledReason={isRotating ? null : refusal}
        onClick={() => void router.navigate({ to: paths.rotateKey(apiKey.id) })}
      >
        <RefreshCw size={15} aria-hidden /> {isRotating ? 'Follow the rotation' : 'Rotate'}
      </Button>
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}
