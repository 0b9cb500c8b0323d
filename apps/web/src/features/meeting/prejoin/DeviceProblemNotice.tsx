// Why the camera or the microphone does not work, and what to click. Each cause has its own explanation.
import { Alert, Button, Text } from "@mantine/core";
import type { DeviceProblem, LocalMedia, LocalMediaState } from "@open-meeting/client";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface DeviceProblemNoticeProps {
  local: LocalMedia;
  media: LocalMediaState;
}

export function DeviceProblemNotice({ local, media }: DeviceProblemNoticeProps) {
  const { camera, microphone } = media;
  if (camera.problem !== null && camera.problem === microphone.problem) {
    return (
      <Notice
        problem={camera.problem}
        device="both"
        onRetry={async () => {
          await local.setMicrophone(true);
          await local.setCamera(true);
        }}
      />
    );
  }
  return (
    <>
      {microphone.problem === null ? null : (
        <Notice problem={microphone.problem} device="microphone" onRetry={() => local.setMicrophone(true)} />
      )}
      {camera.problem === null ? null : (
        <Notice problem={camera.problem} device="camera" onRetry={() => local.setCamera(true)} />
      )}
    </>
  );
}

interface NoticeProps {
  problem: DeviceProblem;
  device: "camera" | "microphone" | "both";
  onRetry: () => Promise<void>;
}

function Notice({ problem, device, onRetry }: NoticeProps) {
  const { t } = useTranslation();
  const retryable = problem !== "insecure" && problem !== "unsupported";
  const name = t(`deviceProblem.device.${device}`);
  const key = problem.replaceAll("-", "_") as "denied";
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle />}
      title={t(`deviceProblem.${key}.title`, { device: name })}
      role="alert"
      data-problem={problem}
    >
      <Text size="sm" c="var(--mantine-color-text)">
        {t(`deviceProblem.${key}.text`, { device: name })}
      </Text>
      {retryable ? (
        <Button size="xs" variant="default" mt="sm" onClick={() => void onRetry()}>
          {t("common.tryAgain")}
        </Button>
      ) : null}
    </Alert>
  );
}
