import { createInterface } from "node:readline";
import type { Questions } from "./prove-walk.js";

/** Questions at a terminal, or answered by lines that are piped in. Ctrl-C, and the end of the input, break it off. */
export function questionsAt(input: NodeJS.ReadableStream, say: (text: string) => void): Questions {
  const lines: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let over = false;
  const terminal = "isTTY" in input && input.isTTY === true;
  const reader = createInterface({ input, ...(terminal && { output: process.stderr, terminal }) });
  const next = (line: string | undefined): void => {
    const told = waiting;
    waiting = undefined;
    told?.(line);
  };
  const end = (): void => {
    if (!over && waiting) say("\n");
    over = true;
    next(undefined);
  };
  const interrupted = (): void => reader.close();
  reader.on("line", (line) => {
    if (waiting) next(line);
    else lines.push(line);
  });
  reader.on("SIGINT", interrupted);
  reader.on("close", end);
  process.on("SIGINT", interrupted);
  return {
    ask: (prompt) => {
      const line = lines.shift();
      if (line === undefined && over) return Promise.resolve(undefined);
      if (terminal) {
        reader.setPrompt(prompt);
        reader.prompt();
      } else say(prompt);
      if (line !== undefined) return Promise.resolve(line);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    close: () => {
      over = true;
      process.off("SIGINT", interrupted);
      reader.close();
    },
  };
}
