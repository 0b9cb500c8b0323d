// Which key does what.
import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SHORTCUTS } from "./use-shortcuts.ts";

export interface ShortcutsHelpProps {
  opened: boolean;
  onClose: () => void;
}

export function ShortcutsHelp({ opened, onClose }: ShortcutsHelpProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("shortcuts.title")}
      size="sm"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Table>
        <Table.Tbody>
          {SHORTCUTS.map(({ key, action }) => (
            <Table.Tr key={key}>
              <Table.Td>{t(`shortcuts.${action}`)}</Table.Td>
              <Table.Td ta="right">
                <Kbd>{key === "Space" ? t("shortcuts.space") : key}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
