// How a person looks: their picture, or their initials on a tint of their own.
import { Avatar, type AvatarProps } from "@mantine/core";
import classes from "./PersonAvatar.module.css";
import { avatarSource, initials, tint } from "./person.ts";

interface PersonAvatarProps extends Pick<AvatarProps, "className"> {
  id: string;
  name: string;
  url?: string | null | undefined;
  /** The edge on the page, in pixels. */
  size?: number;
}

/** Only for the eyes: the name has to stand beside it, or name the control around it. */
export function PersonAvatar({ id, name, url, size = 38, className }: PersonAvatarProps) {
  return (
    <Avatar
      {...(url ? { src: avatarSource(url, size) } : {})}
      {...(className ? { className } : { size })}
      alt=""
      radius={999}
      variant="filled"
      styles={{ placeholder: { background: tint(id), color: "#fff" } }}
      aria-hidden
    >
      {/* Drawn by the style sheet: letters for the eyes are no part of what a control around them is called. */}
      <span className={classes.initials} data-initials={initials(name)} />
    </Avatar>
  );
}
