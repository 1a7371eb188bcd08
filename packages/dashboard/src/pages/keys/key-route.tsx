import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { KeyPage } from './key-page.tsx';
import { RotatePage } from './rotate-page.tsx';

/** The pages of one key are a part of the program of their own: most visits do not need them at first. */
export const keyRoute = createLazyRoute('/signed-in/keys/$keyId')({ component: KeyRoute });
export const rotateRoute = createLazyRoute('/signed-in/keys/$keyId/rotate')({ component: RotateRoute });

function KeyRoute() {
  const { keyId } = useParams({ from: '/signed-in/keys/$keyId' });
  const search = useSearch({ from: '/signed-in/keys/$keyId' });
  const navigate = useNavigate({ from: '/keys/$keyId' });
  return (
    <KeyPage
      key={keyId}
      id={Number(keyId)}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
    />
  );
}

function RotateRoute() {
  const { keyId } = useParams({ from: '/signed-in/keys/$keyId/rotate' });
  const search = useSearch({ from: '/signed-in/keys/$keyId/rotate' });
  return <RotatePage key={keyId} id={Number(keyId)} search={search} />;
}
