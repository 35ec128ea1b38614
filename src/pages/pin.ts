import type { RefusalCode } from "../model/index.js";
import type { Setting } from "./board.js";
import { inputPage } from "./input.js";
import type { InputPage, Page, TypedLink } from "./page.js";
import { refusalPage } from "./session.js";

/** Asks for the PIN that the press of `to` waits for; `left` where the one typed was wrong, and so many more may be. */
export function pinPage({ say }: Pick<Setting, "say">, to: TypedLink, left: number | undefined): InputPage {
  return inputPage(
    { say },
    {
      title: say("pin.title"),
      prompt: left === undefined ? say("pin.prompt") : say("pin.wrong", { left }),
      input: "secret",
      to,
      back: { to: "board", page: 0 },
    },
  );
}

/** A refusal that somebody else can lift: says whom to ask. */
export function askSomebodyPage(setting: Setting, code: RefusalCode, names: readonly string[]): Page {
  const page = refusalPage(setting, code);
  if (page.kind !== "text") return page;
  const [who] = names;
  return {
    ...page,
    lines: [...page.lines, who ? setting.say("pin.ask", { who }) : setting.say("pin.ask-administrator")],
  };
}
