// A meeting that starts now.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../../app/api.ts";
import { useUser } from "../../hooks/use-session.ts";

/** Makes a meeting named after me and goes to its door. */
export function useInstantMeeting() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.createMeeting({ title: t("newMeeting.instantTitle", { name: user.nickname }) }),
    onSuccess: (meeting) => {
      client.setQueryData(["meeting", meeting.code], meeting);
      void client.invalidateQueries({ queryKey: ["meetings"] });
      void navigate(`/m/${meeting.code}`);
    },
  });
}
