// Banning somebody: why, and for how long.
import { Button, Group, Modal, Radio, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "../../../app/error-text.ts";
import { FormError } from "../../../components/FormError.tsx";
import { checkBan, emptyBan, toBan, type Ban } from "./ban-form.ts";

interface BanDialogProps {
  name: string;
  opened: boolean;
  error: unknown;
  pending: boolean;
  onBan: (ban: Ban) => void;
  onClose: () => void;
}

export function BanDialog({ opened, onClose, ...form }: BanDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("adminUser.banTitle", { name: form.name })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <BanForm {...form} onCancel={onClose} />
    </Modal>
  );
}

type BanFormProps = Omit<BanDialogProps, "opened" | "onClose"> & { onCancel: () => void };

/** Made anew with every opening. */
function BanForm({ name, error, pending, onBan, onCancel }: BanFormProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(() => emptyBan(new Date()));
  const [problems, setProblems] = useState<ReturnType<typeof checkBan>>({});
  const fromServer = fieldErrors(t, error);
  const errorOf = (field: "reason" | "until") => {
    const problem = problems[field];
    return problem ? t(`fieldError.${problem}`) : fromServer[field];
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkBan(form, new Date());
    setProblems(found);
    if (Object.keys(found).length === 0) onBan(toBan(form));
  };
  const shown = "reason" in fromServer || "until" in fromServer;

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t("adminUser.banText")}</Text>
        {shown ? null : <FormError error={error} />}
        <Textarea
          label={t("adminUser.banReason")}
          description={t("adminUser.banReasonHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          name="reason"
          data-autofocus
          autosize
          minRows={2}
          maxRows={6}
          maxLength={500}
          required
          withAsterisk={false}
          value={form.reason}
          onChange={({ currentTarget: { value } }) => setForm((present) => ({ ...present, reason: value }))}
          error={errorOf("reason")}
        />
        <Radio.Group
          label={t("adminUser.banEnd")}
          value={form.forever ? "forever" : "until"}
          onChange={(value) => setForm((present) => ({ ...present, forever: value === "forever" }))}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="forever" label={t("adminUser.banForever")} />
            <Radio value="until" label={t("adminUser.banUntil")} />
          </Stack>
        </Radio.Group>
        {form.forever ? null : (
          <TextInput
            type="datetime-local"
            label={t("adminUser.banUntilLabel")}
            name="until"
            value={form.until}
            onChange={({ currentTarget: { value } }) => setForm((present) => ({ ...present, until: value }))}
            error={errorOf("until")}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="red" loading={pending}>
            {t("adminUser.banSubmit", { name })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
