import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import { UsagePage } from './usage-page.tsx';

export const usageRoute = createLazyRoute('/signed-in/usage')({
  component: function UsageRoute() {
    const navigate = useNavigate({ from: '/usage' });
    return (
      <UsagePage
        search={useSearch({ from: '/signed-in/usage' })}
        onSearch={(next) => void navigate({ search: (search) => ({ ...search, ...next }), replace: true })}
      />
    );
  },
});
