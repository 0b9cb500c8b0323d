// Who I am for others: name, language, e-mail address and picture.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../../hooks/use-title.ts";
import { EmailCard } from "./EmailCard.tsx";
import { PictureCard } from "./PictureCard.tsx";
import { ProfileForm } from "./ProfileForm.tsx";

export function ProfilePage() {
  const { t } = useTranslation();
  useTitle(t("settings.profile"));
  return (
    <Stack gap="lg">
      <PictureCard />
      <ProfileForm />
      <EmailCard />
    </Stack>
  );
}
