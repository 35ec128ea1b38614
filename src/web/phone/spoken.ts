import type { Handset } from "../../model/desk.js";
import type { Notice } from "../../model/indicators.js";
import { plain } from "../words.js";
import { callWords } from "./call-screen.js";
import type { YealinkDocument } from "./document.js";
import type { LampShown } from "./lamp.js";

interface Spoken {
  readonly screen: "call" | "page" | "idle";
  readonly document: YealinkDocument | undefined;
  readonly handset: Handset;
  readonly lamp: LampShown;
  readonly notice: Notice | undefined;
}

/** What a screen reader is told when it changes: never a running duration, which would be told every few seconds. */
export function spoken({ lamp, notice, ...of }: Spoken): string {
  const said = [notice ? plain(notice.text) : "", lamp.power === "off" ? "" : lamp.says, screenSpoken(of)];
  return said
    .flatMap((part) => part.split("\n"))
    .filter((line) => line !== "")
    .map((line) => (/[.!?]$/.test(line) ? line : `${line}.`))
    .join(" ");
}

function screenSpoken({ screen, document, handset }: Pick<Spoken, "screen" | "document" | "handset">): string {
  if (screen === "call") return `${callWords(handset.state)}: ${plain(handset.title ?? "call")}`;
  if (screen === "idle" || !document) return "";
  if (document.kind === "menu") return `${document.title.replace(/\d+/g, "").replace(/\s*\(\)/, "")}, list`;
  if (document.kind === "input") return [document.title, ...document.fields.map(({ prompt }) => prompt)].join("\n");
  const lines = document.text.split("\n").filter((line) => !/\d:\d\d/.test(line));
  return [document.title, ...lines].join("\n");
}
