// A part of a page, with its heading.
import { Paper, Stack, Text, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./Card.module.css";

interface CardProps {
  title: string;
  text?: string;
  children: ReactNode;
}

export function Card({ title, text, children }: CardProps) {
  const id = useId();
  return (
    <Paper withBorder radius="lg" className={classes.card} component="section" aria-labelledby={id}>
      <Stack>
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {text ? (
            <Text size="sm" c="dimmed" mt={4}>
              {text}
            </Text>
          ) : null}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
