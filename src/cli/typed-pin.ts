import type { ReadStream } from "node:tty";
import type { Answer } from "./reports.js";

const mostDigits = 64;

/** A PIN from standard input: its first line, or, at a terminal, typed twice and never shown. */
export async function readPin(input: NodeJS.ReadStream, say: (text: string) => void): Promise<Answer<string>> {
  if (!input.isTTY) return { ok: true, value: await firstLine(input) };
  const typed = await typedOnce(input, "New PIN: ", say);
  if (typed === undefined || typed !== (await typedOnce(input, "Again: ", say))) {
    return { ok: false, sentence: typed === undefined ? "Nothing was changed." : "The two are not the same." };
  }
  return { ok: true, value: typed };
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes("\n") || text.length > mostDigits) break;
  }
  return (text.split("\n")[0] ?? "").trim().slice(0, mostDigits);
}

/** Undefined where it was broken off. */
function typedOnce(input: ReadStream, prompt: string, say: (text: string) => void): Promise<string | undefined> {
  say(prompt);
  input.setRawMode(true);
  input.resume();
  return new Promise((resolve) => {
    let text = "";
    const done = (value: string | undefined): void => {
      input.off("data", take);
      input.setRawMode(false);
      input.pause();
      say("\n");
      resolve(value);
    };
    const take = (chunk: Buffer): void => {
      const [before = ""] = chunk.toString("latin1").split(/[\r\n\u0003\u0004]/, 1);
      for (const key of before) {
        if (key === "\u007f" || key === "\b") text = text.slice(0, -1);
        else if (text.length < mostDigits) text += key;
      }
      const end = chunk.toString("latin1").charAt(before.length);
      if (end !== "") done(/[\r\n]/.test(end) ? text : undefined);
    };
    input.on("data", take);
  });
}
