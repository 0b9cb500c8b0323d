// Everything that is known of an entry of the audit log.
import { Code } from "@mantine/core";
import type { AuditEntry } from "@open-meeting/client";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { exactly, formatLocale } from "../../meetings/when.ts";
import { auditDetails } from "./audit-sentence.ts";
import { PersonLink } from "./AuditSentence.tsx";
import classes from "./AuditTable.module.css";

export function AuditDetails({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  return (
    <dl className={classes.details}>
      <dt>{t("audit.when")}</dt>
      <dd>{exactly(entry.at, formatLocale(i18n.language), "long")}</dd>
      <dt>{t("audit.actor")}</dt>
      <dd>{entry.actor ? <PersonLink person={entry.actor} /> : t("audit.nobody")}</dd>
      {entry.subject ? (
        <>
          <dt>{t("audit.subject")}</dt>
          <dd>
            <PersonLink person={entry.subject} />
          </dd>
        </>
      ) : null}
      <dt>{t("audit.action")}</dt>
      <dd>
        <Code>{entry.action}</Code>
      </dd>
      {auditDetails(entry.details).map(([name, value]) => (
        <Fragment key={name}>
          <dt>
            <Code>{name}</Code>
          </dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
      <dt>{t("audit.entryId")}</dt>
      <dd>
        <Code>{entry.id}</Code>
      </dd>
    </dl>
  );
}
