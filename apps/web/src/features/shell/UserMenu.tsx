// Who is signed in, the language, the colour scheme, and the way out.
import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "../../app/api.ts";
import { queryClient } from "../../app/query.ts";
import { LanguageItems, SchemeItems } from "../../components/LanguageItems.tsx";
import { useUser } from "../../hooks/use-session.ts";
import { initials, tint } from "../../components/person.ts";

export function UserMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const signOut = async () => {
    await api.signOut();
    queryClient.clear();
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton
          aria-label={t("menu.account", { name: user.nickname })}
          style={{ borderRadius: "50%" }}
        >
          <Avatar
            {...(user.avatar_url ? { src: user.avatar_url } : {})}
            alt=""
            radius="xl"
            variant="filled"
            styles={{ placeholder: { background: tint(user.id), color: "#fff" } }}
          >
            {initials(user.nickname)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text px="sm" pt={6} fw={600} truncate>
          {user.nickname}
        </Text>
        <Text px="sm" pb={6} size="sm" c="dimmed" truncate>
          {user.email}
        </Text>
        <Menu.Divider />
        <LanguageItems />
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.6} />} onClick={() => void signOut()}>
          {t("menu.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
