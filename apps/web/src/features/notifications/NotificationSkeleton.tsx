// Where notifications will stand.
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Notifications.module.css";

export function NotificationSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")}>
      {[78, 62, 70].map((width) => (
        <div key={width} className={classes.item}>
          <Skeleton height={22} circle />
          <div className={classes.what}>
            <Skeleton height={15} width={`${width}%`} mb={8} />
            <Skeleton height={11} width="45%" />
          </div>
        </div>
      ))}
    </div>
  );
}
