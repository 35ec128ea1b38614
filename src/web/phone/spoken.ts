import type { Handset } from "../../model/desk.js";
import type { Notice } from "../../model/indicators.js";
import { plain } from "../words.js";
import { callWords } from "./call-screen.js";
import type { PageSeen } from "./form.js";
import type { LampShown } from "./lamp.js";
import type { OnScreen } from "./screen-of.js";

interface Spoken {
  readonly screen: OnScreen;
  readonly page: PageSeen | undefined;
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

function screenSpoken({ screen, page, handset }: Pick<Spoken, "screen" | "page" | "handset">): string {
  if (screen === "call") return `${callWords(handset.state)}: ${plain(handset.title ?? "call")}`;
  if (screen === "idle" || !page) return "";
  switch (page.kind) {
    case "list":
      return `${page.title.replace(/\d+/g, "").replace(/\s*\(\)/, "")}, list`;
    case "input":
      return [page.title, ...page.rows].join("\n");
    case "text":
      return [page.title, ...page.lines.filter((line) => !/\d:\d\d/.test(line))].join("\n");
    default:
      return page.kind satisfies never;
  }
}
