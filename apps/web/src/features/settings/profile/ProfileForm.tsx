// My name and my language.
import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { fieldErrors } from "../../../app/error-text.ts";
import { LANGUAGES, setLanguage, type Language } from "../../../app/i18n.ts";
import { Card } from "../../../components/Card.tsx";
import { Done } from "../../../components/Done.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { useUser } from "../../../hooks/use-session.ts";

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

export function ProfileForm() {
  const { t } = useTranslation();
  const user = useUser();
  const [nickname, setNickname] = useState(user.nickname);
  const [language, setChosen] = useState<Language>(user.language);
  const [missing, setMissing] = useState(false);
  const save = useMutation({
    mutationFn: async () => {
      const saved = await api.account.updateProfile({ nickname: nickname.trim(), language });
      await setLanguage(saved.language);
      setNickname(saved.nickname);
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setMissing(nickname.trim() === "");
    if (nickname.trim() !== "") save.mutate();
  };
  const fromServer = fieldErrors(t, save.error);
  const shown = "nickname" in fromServer || "language" in fromServer;

  return (
    <Card title={t("settings.profile")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {shown ? null : <FormError error={save.error} />}
          <TextInput
            label={t("profile.name")}
            description={t("profile.nameHelp")}
            inputWrapperOrder={ORDER}
            name="nickname"
            autoComplete="nickname"
            maxLength={64}
            required
            withAsterisk={false}
            value={nickname}
            onChange={(event) => setNickname(event.currentTarget.value)}
            error={missing ? t("fieldError.required") : fromServer["nickname"]}
          />
          <TextInput
            label={t("profile.username")}
            description={t("profile.usernameHelp")}
            inputWrapperOrder={ORDER}
            value={user.username}
            readOnly
          />
          <NativeSelect
            label={t("profile.language")}
            description={t("profile.languageHelp")}
            inputWrapperOrder={ORDER}
            name="language"
            value={language}
            onChange={({ currentTarget: { value } }) =>
              setChosen(LANGUAGES.find(({ code }) => code === value)?.code ?? language)
            }
            data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
            error={fromServer["language"]}
          />
          <Done>{save.isSuccess ? t("common.saved") : null}</Done>
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t("common.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
