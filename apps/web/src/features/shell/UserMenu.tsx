// Who is signed in, the language, the colour scheme, and the way out.
import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconLogout, IconSettings } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../app/api.ts";
import { queryClient } from "../../app/query.ts";
import { LanguageItems, SchemeItems } from "../../components/LanguageItems.tsx";
import { PersonAvatar } from "../../components/PersonAvatar.tsx";
import { useUser } from "../../hooks/use-session.ts";

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
          <PersonAvatar id={user.id} name={user.nickname} url={user.avatar_url} />
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
        <Menu.Item
          component={Link}
          to="/settings/profile"
          leftSection={<IconSettings size={18} stroke={1.6} />}
        >
          {t("menu.settings")}
        </Menu.Item>
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
