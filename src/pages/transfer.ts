import type { HandOverTarget, RefusalCode, SupervisionView } from "../model/index.js";
import type { Setting } from "./board.js";
import { keyOf } from "./keys.js";
import type { Key, Page, Row, TextPage } from "./page.js";
import type { Say } from "./texts.js";

const refreshSeconds = 5;
const ringingRefreshSeconds = 1;

const home = { to: "home" } as const;

/**
 * Whom an agent can give their call to (R13): who is visibly on it first, then everybody else who may supervise them. While
 * somebody is rung, that; and once why it came to nothing, or why a press was refused.
 */
export function transferPage(setting: Setting, page: number, refusal?: RefusalCode): Page {
  const { view, say, screen } = setting;
  const back: Key = keyOf(say, "label.no", home);
  const { handingOver } = view;
  if (handingOver && !handingOver.trouble) {
    const lines = [say("transfer.rings", { name: handingOver.to.name })];
    return textOf(say, lines, [back], { seconds: ringingRefreshSeconds, link: { to: "transfer", page: 0 } });
  }
  if (refusal) return textOf(say, [say(`refusal.${refusal}`)], [back]);
  const targets = view.handOverTargets();
  if (targets.length === 0) return textOf(say, [say("transfer.nobody")], [back]);
  const perPage = targets.length > screen.rows ? Math.max(1, screen.rows - 2) : screen.rows;
  const pages = Math.ceil(targets.length / perPage);
  const at = Math.min(page, pages - 1);
  const rows: Row[] = targets.slice(at * perPage, (at + 1) * perPage).map((target) => ({
    text: rowText(target, say),
    link: { to: "hand-over", person: target.person.id },
  }));
  if (at < pages - 1) rows.push({ text: say("board.next"), link: { to: "transfer", page: at + 1 } });
  if (at > 0) rows.push({ text: say("board.previous"), link: { to: "transfer", page: at - 1 } });
  const failed = handingOver ? say("transfer.failed", { name: handingOver.to.name }) : undefined;
  return {
    kind: "list",
    title: failed ?? say("transfer.title"),
    rows,
    keys: [back],
    lastKeyAtEnd: true,
    refresh: { seconds: refreshSeconds, link: { to: "transfer", page: at } },
    back: home,
  };
}

/** Asks once before a call becomes the supervisor's own. */
export function askTakeOverPage({ say }: Setting, own: SupervisionView): Page {
  const { agent, asked, told } = own;
  const name = { agent: agent.name };
  const unconfirmed = asked.visibility === "visible" && told === "unconfirmed";
  const session = { to: "session" } as const;
  return {
    kind: "text",
    title: say("take-over.title"),
    lines: [
      say(asked.visibility === "hidden" ? "take-over.hidden" : "take-over.text", name),
      ...(unconfirmed ? [say("session.unconfirmed", name)] : []),
    ],
    keys: [keyOf(say, "label.yes", { to: "press", act: "take-over-anyway" }), keyOf(say, "label.no", session)],
    done: session,
    back: session,
  };
}

function rowText({ person, mode }: HandOverTarget, say: Say): string {
  const { name, extension } = person;
  return mode ? say(`transfer.${mode}`, { name }) : say("transfer.other", { name, extension });
}

function textOf(say: Say, lines: readonly string[], keys: readonly Key[], refresh?: TextPage["refresh"]): Page {
  return {
    kind: "text",
    title: say("transfer.title"),
    lines,
    keys,
    lastKeyAtEnd: true,
    ...(refresh && { refresh }),
    done: home,
    back: home,
  };
}
