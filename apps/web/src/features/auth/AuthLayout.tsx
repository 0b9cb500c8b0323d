// The frame of the pages for people who are not signed in.
import { ActionIcon, Menu, Paper, Title } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageItems, SchemeItems } from "../../components/LanguageItems.tsx";
import { Logo } from "../../components/Logo.tsx";
import classes from "./AuthLayout.module.css";

export function AuthLayout({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Logo />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("menu.languageAndScheme")}>
              <IconLanguage size={22} stroke={1.6} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <LanguageItems />
            <Menu.Divider />
            <SchemeItems />
          </Menu.Dropdown>
        </Menu>
      </header>
      <main className={classes.main}>
        <Paper className={classes.card} withBorder radius="lg">
          <Title order={1} size="h3" mb="lg">
            {title}
          </Title>
          {children}
        </Paper>
      </main>
    </div>
  );
}
