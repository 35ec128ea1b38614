import type { Handset } from "../../model/desk.js";
import { plain } from "../words.js";
import { callWords } from "./call-screen.js";
import type { YealinkDocument } from "./reader.js";

/** What a screen reader is told when it changes: never a running duration, which would be told every few seconds. */
export function spoken(
  screen: "call" | "page" | "idle",
  document: YealinkDocument | undefined,
  handset: Handset,
): string {
  if (screen === "call") return `${callWords(handset.state)}: ${plain(handset.title ?? "call")}`;
  if (screen === "idle" || !document) return "";
  if (document.kind === "menu") return `${document.title.replace(/\d+/g, "").replace(/\s*\(\)/, "")}, list`;
  const lines = document.text.split("\n").filter((line) => !/\d:\d\d/.test(line));
  return [document.title, ...lines].join(". ");
}
