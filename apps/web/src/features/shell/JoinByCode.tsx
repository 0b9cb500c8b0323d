// Joining with a code or a link that somebody sent.
import { Button, Popover } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import classes from "./JoinByCode.module.css";
import { JoinByCodeForm } from "./JoinByCodeForm.tsx";

/** A button that opens the form. */
export function JoinByCode() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-end" shadow="md" width={300}>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.button}
          leftSection={<IconKeyboard size={20} stroke={1.6} />}
          onClick={() => setOpened((present) => !present)}
          aria-label={t("joinByCode.open")}
        >
          <span className={classes.label}>{t("joinByCode.open")}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <JoinByCodeForm
          onCode={(code) => {
            setOpened(false);
            void navigate(`/m/${code}`);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
