// One account for administrators, and what they can do about it.
import type { AdminUser, UserRole } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";

/** What an administrator does about an account. */
export type UserAction =
  { type: "ban"; reason: string; until?: string } | { type: "unban" } | { type: "role"; role: UserRole };

const keyOf = (id: string) => ["admin", "user", id] as const;

/** The account. */
export function useAdminUser(id: string | null) {
  return useQuery({
    queryKey: keyOf(id ?? ""),
    queryFn: () => api.admin.readUser(id ?? ""),
    enabled: id !== null,
  });
}

/** Does something about the account, and shows it as it is afterwards. */
export function useUserAction(id: string, onDone: (action: UserAction) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: UserAction): Promise<AdminUser> => {
      switch (action.type) {
        case "ban": {
          const { reason, until } = action;
          return api.admin.banUser(id, { reason, ...(until === undefined ? {} : { until }) });
        }
        case "unban":
          return api.admin.unbanUser(id);
        case "role":
          return api.admin.changeRole(id, action.role);
      }
    },
    onSuccess: async (user, action) => {
      client.setQueryData(keyOf(id), user);
      onDone(action);
      // My own role may be another one now.
      const session = api.session.state.get();
      if (session.status === "signed-in" && session.user.id === id) {
        await api.account.readProfile().catch(() => undefined);
      }
    },
  });
}
