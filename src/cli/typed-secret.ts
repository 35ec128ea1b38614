import type { ReadStream } from "node:tty";
import type { Answer } from "./reports.js";

interface Asked {
  readonly prompt: string;
  readonly most: number;
}

/** A PIN from standard input: its first line, or, at a terminal, typed twice and never shown. */
export async function readPin(input: NodeJS.ReadStream, say: (text: string) => void): Promise<Answer<string>> {
  const read = await readSecret(input, say, { prompt: "New PIN: ", most: 64 });
  return read.ok ? { ok: true, value: read.value.trim() } : read;
}

/** The password by which a phone is pushed to, in the same way. */
export function readPassword(input: NodeJS.ReadStream, say: (text: string) => void): Promise<Answer<string>> {
  return readSecret(input, say, { prompt: "Push password: ", most: 256 });
}

async function readSecret(
  input: NodeJS.ReadStream,
  say: (text: string) => void,
  asked: Asked,
): Promise<Answer<string>> {
  if (!input.isTTY) return { ok: true, value: await firstLine(input, asked) };
  const typed = await typedOnce(input, say, asked);
  if (typed === undefined || typed !== (await typedOnce(input, say, { ...asked, prompt: "Again: " }))) {
    return { ok: false, sentence: typed === undefined ? "Nothing was changed." : "The two are not the same." };
  }
  return { ok: true, value: typed };
}

async function firstLine(input: AsyncIterable<Buffer | string>, { most }: Asked): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes("\n") || text.length > most) break;
  }
  return (text.split(/\r?\n/)[0] ?? "").slice(0, most);
}

/** Undefined where it was broken off. */
function typedOnce(
  input: ReadStream,
  say: (text: string) => void,
  { prompt, most }: Asked,
): Promise<string | undefined> {
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
      const typed = chunk.toString("utf8");
      const [before = ""] = typed.split(/[\r\n\u0003\u0004]/, 1);
      for (const key of before) {
        if (key === "\u007f" || key === "\b") text = text.slice(0, -1);
        else if (text.length < most) text += key;
      }
      const end = typed.charAt(before.length);
      if (end !== "") done(/[\r\n]/.test(end) ? text : undefined);
    };
    input.on("data", take);
  });
}
