// The processes of the program under test, as the system shows them.
import { readdirSync, readFileSync } from "node:fs";
import { baseUrl } from "./person.ts";

interface Process {
  pid: number;
  parent: number;
  words: string[];
}

/** Every process that may be looked at. */
function processes(): Process[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        // The parent is the second field after the name, which stands in parentheses.
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
        return [{ pid: Number(pid), parent: Number(fields[1]), words }];
      } catch {
        // It has just ended.
        return [];
      }
    });
}

/** The media workers of the program under test. */
export function mediaWorkers(): number[] {
  const port = new URL(baseUrl()).port;
  const all = processes();
  const servers = all.filter(
    ({ words }) => words[1] === "dev" && words[words.indexOf("--port") + 1] === port,
  );
  return all
    .filter(({ words, parent }) => words[1] === "media-worker" && servers.some(({ pid }) => pid === parent))
    .map(({ pid }) => pid);
}
