// Says that something was done, to the eyes and to screen readers.
import { Alert } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Done.module.css";

export function Done({ children }: { children: ReactNode }) {
  return (
    <div role="status" className={classes.done}>
      {children ? (
        <Alert color="teal" icon={<IconCircleCheck />}>
          {children}
        </Alert>
      ) : null}
    </div>
  );
}
