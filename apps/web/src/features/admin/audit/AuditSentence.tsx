// An entry of the audit log in words, with links to the accounts that it names.
import { Anchor } from "@mantine/core";
import type { AuditEntry } from "@open-meeting/client";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "react-router";
import { formatLocale } from "../../meetings/when.ts";
import { auditSentence } from "./audit-sentence.ts";

type Named = AuditEntry["actor"];

export function AuditSentence({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const { key, values } = auditSentence(entry, formatLocale(i18n.language));
  return (
    <Trans
      t={t}
      // The key depends on the entry, so the compiler cannot check it; a test does.
      i18nKey={`audit.sentence.${key}` as "audit.sentence.unknown"}
      values={values}
      components={{
        actor: <PersonLink person={entry.actor} />,
        subject: <PersonLink person={entry.subject} />,
      }}
    />
  );
}

/** The name of an account, leading to it. */
export function PersonLink({ person }: { person: Named }) {
  const { t } = useTranslation();
  if (!person) return <span>{t("audit.somebody")}</span>;
  return (
    <Anchor component={Link} to={`/admin/users/${person.id}`} fw={600} inherit>
      {person.username ?? person.id.slice(0, 8)}
    </Anchor>
  );
}
