// The table of accounts and its placeholder.
import { Anchor, Skeleton, Text } from "@mantine/core";
import type { AdminUser } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { When } from "../../../components/When.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import table from "../Table.module.css";
import classes from "./UsersTable.module.css";

export function UsersTable({ users }: { users: readonly AdminUser[] }) {
  const { t } = useTranslation();
  return (
    <div className={table.frame}>
      <table className={table.table} aria-label={t("admin.users")}>
        <thead>
          <tr>
            <th scope="col">{t("adminUsers.person")}</th>
            <th scope="col">{t("adminUsers.status")}</th>
            <th scope="col" className={table.wide}>
              {t("adminUsers.role")}
            </th>
            <th scope="col" className={table.wide}>
              {t("adminUsers.lastSeen")}
            </th>
            <th scope="col" className={table.wide}>
              {t("adminUsers.registered")}
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UserRow({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <div className={classes.person}>
          <PersonAvatar id={user.id} name={user.nickname} url={user.avatar_url} size={36} />
          <div className={classes.who}>
            <Anchor component={Link} to={`/admin/users/${user.id}`} fw={600} c="inherit">
              {user.nickname}
            </Anchor>
            <Text size="sm" c="dimmed" className={classes.names}>
              <span>@{user.username}</span>
              <span>{user.email}</span>
            </Text>
          </div>
        </div>
      </td>
      <td className={table.short}>
        <StatusBadge status={user.status} />
      </td>
      <td className={`${table.wide} ${table.short}`}>{t(`admin.role.${user.role}`)}</td>
      <td className={table.wide}>
        {user.last_seen_at ? <When time={user.last_seen_at} /> : t("adminUsers.never")}
      </td>
      <td className={table.wide}>
        <When time={user.created_at} />
      </td>
    </tr>
  );
}

export function UsersTableSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={table.frame}>
      {[38, 52, 44, 60, 48].map((width) => (
        <div key={width} className={classes.placeholder}>
          <Skeleton height={36} circle />
          <div className={classes.who}>
            <Skeleton height={16} width={`${width}%`} mb={8} />
            <Skeleton height={12} width={`${width + 15}%`} />
          </div>
          <Skeleton height={20} width={72} />
        </div>
      ))}
    </div>
  );
}
