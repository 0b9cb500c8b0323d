// A field for a new password, with the rules and which of them are met.
import { PasswordInput, Text } from "@mantine/core";
import { IconCheck, IconPointFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./NewPasswordInput.module.css";
import { passwordRules, type Owner } from "./password-rules.ts";

interface NewPasswordInputProps {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null | undefined;
  /** Whose password it will be, if that is known. */
  owner?: Owner;
}

export function NewPasswordInput({ label, name, value, onChange, error, owner }: NewPasswordInputProps) {
  const { t } = useTranslation();
  return (
    <div>
      <PasswordInput
        label={label}
        name={name}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        aria-invalid={Boolean(error)}
        visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
      />
      <ul className={classes.rules} aria-label={t("passwordRules.label")}>
        {passwordRules(value, owner).map(({ rule, met }) => (
          <Text
            component="li"
            size="sm"
            c="dimmed"
            key={rule}
            className={classes.rule}
            data-met={met || undefined}
          >
            {met ? <IconCheck size={16} aria-hidden /> : <IconPointFilled size={16} aria-hidden />}
            <span>{t(`passwordRules.${rule}`)}</span>
            {met === null ? null : (
              <span className="visually-hidden">{t(met ? "passwordRules.met" : "passwordRules.open")}</span>
            )}
          </Text>
        ))}
      </ul>
    </div>
  );
}
