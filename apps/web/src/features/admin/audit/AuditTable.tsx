// The table of the audit log and its placeholder.
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import type { AuditEntry } from "@open-meeting/client";
import { IconChevronDown, IconChevronUp, IconHistory } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../../../components/When.tsx";
import table from "../Table.module.css";
import { AuditDetails } from "./AuditDetails.tsx";
import { AuditSentence } from "./AuditSentence.tsx";
import classes from "./AuditTable.module.css";

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation();
  return (
    <div className={table.frame}>
      <table className={table.table} aria-label={t("admin.auditLog")}>
        <thead>
          <tr>
            <th scope="col">{t("audit.when")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("audit.details")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const detailsId = useId();
  const label = t(opened ? "audit.hideDetails" : "audit.showDetails");
  const about = entry.subject;
  const logOf = about ? t("audit.logOf", { name: about.username ?? about.id.slice(0, 8) }) : "";
  return (
    <>
      <tr data-testid="audit-entry" data-action={entry.action}>
        <td className={classes.when}>
          <When time={entry.at} />
        </td>
        <td>
          <AuditSentence entry={entry} />
        </td>
        <td>
          <div className={classes.actions}>
            {about ? (
              <Tooltip label={logOf}>
                <ActionIcon
                  component={Link}
                  to={`/admin/audit-log?user_id=${about.id}`}
                  variant="subtle"
                  color="gray"
                  size="lg"
                  className={classes.log ?? ""}
                  aria-label={logOf}
                >
                  <IconHistory size={18} stroke={1.6} />
                </ActionIcon>
              </Tooltip>
            ) : null}
            <Tooltip label={label}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={label}
                aria-expanded={opened}
                aria-controls={detailsId}
                onClick={() => setOpened((present) => !present)}
              >
                {opened ? <IconChevronUp size={18} /> : <IconChevronDown size={18} />}
              </ActionIcon>
            </Tooltip>
          </div>
        </td>
      </tr>
      <tr id={detailsId} hidden={!opened}>
        <td colSpan={3}>{opened ? <AuditDetails entry={entry} /> : null}</td>
      </tr>
    </>
  );
}

export function AuditTableSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={table.frame}>
      {[46, 62, 38, 70, 52, 44].map((width) => (
        <div key={width} className={classes.placeholder}>
          <Skeleton height={14} width={84} />
          <Skeleton height={14} width={`${width}%`} />
        </div>
      ))}
    </div>
  );
}
