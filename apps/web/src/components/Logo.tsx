// The mark and the name.
import classes from "./Logo.module.css";

export function Logo({ withName = true }: { withName?: boolean }) {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="#1b6a9e" />
        <rect x="6" y="10.500" width="13" height="11" rx="3" fill="#fff" />
        <path d="M20.800 14.800 26 11.500v9l-5.200-3.300z" fill="#fff" />
      </svg>
      {withName ? <span className={classes.name}>Open Meeting</span> : null}
    </span>
  );
}
