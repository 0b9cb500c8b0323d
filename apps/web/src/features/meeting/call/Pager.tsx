// Turns the pages of a stage with more people than fit.
import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Pager.module.css";

interface PagerProps {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

/** A swipe moves at least so far, in CSS pixels. */
const SWIPE = 60;

export function Pager({ page, pages, onPage }: PagerProps) {
  const { t } = useTranslation();
  useEffect(() => {
    if (pages < 2) return;
    let start: { x: number; y: number } | null = null;
    const down = (event: TouchEvent) => {
      const touch = event.touches[0];
      start = touch && event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null;
    };
    const up = (event: TouchEvent) => {
      const touch = event.changedTouches[0];
      if (!start || !touch) return;
      const x = touch.clientX - start.x;
      if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(touch.clientY - start.y)) return;
      onPage(Math.min(pages - 1, Math.max(0, page + (x < 0 ? 1 : -1))));
    };
    window.addEventListener("touchstart", down, { passive: true });
    window.addEventListener("touchend", up, { passive: true });
    return () => {
      window.removeEventListener("touchstart", down);
      window.removeEventListener("touchend", up);
    };
  }, [page, pages, onPage]);

  if (pages < 2) return null;
  return (
    <nav className={classes.pager} aria-label={t("call.pages.label")}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("call.pages.previous")}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={20} />
      </ActionIcon>
      <span aria-live="polite">{t("call.pages.of", { page: page + 1, pages })}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("call.pages.next")}
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={20} />
      </ActionIcon>
    </nav>
  );
}
