// Menu entries for the language and the colour scheme.
import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../app/i18n.ts";
import { chooseLanguage } from "../app/choose-language.ts";

const SCHEMES = [
  { value: "auto", icon: IconDeviceDesktop },
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
] as const;

export function LanguageItems() {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Menu.Label>{t("menu.language")}</Menu.Label>
      {LANGUAGES.map(({ code, name }) => (
        <Menu.Item
          key={code}
          lang={code}
          leftSection={<IconLanguage size={18} stroke={1.6} />}
          rightSection={i18n.language === code ? <IconCheck size={16} aria-hidden /> : null}
          aria-current={i18n.language === code ? "true" : undefined}
          onClick={() => void chooseLanguage(code)}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}

export function SchemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("menu.scheme")}</Menu.Label>
      {SCHEMES.map(({ value, icon: Icon }) => (
        <Menu.Item
          key={value}
          leftSection={<Icon size={18} stroke={1.6} />}
          rightSection={colorScheme === value ? <IconCheck size={16} aria-hidden /> : null}
          aria-current={colorScheme === value ? "true" : undefined}
          onClick={() => setColorScheme(value)}
        >
          {t(`menu.schemes.${value}`)}
        </Menu.Item>
      ))}
    </>
  );
}
